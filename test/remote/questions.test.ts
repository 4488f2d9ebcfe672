import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectClock } from '../../src/remote/line/questions.ts';

describe('the clock of a connection', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('expires after its limit, once', () => {
    const onExpiry = vi.fn();
    new ConnectClock(1000, onExpiry);
    vi.advanceTimersByTime(999);
    expect(onExpiry).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(5000);
    expect(onExpiry).toHaveBeenCalledOnce();
  });

  it('stands still while somebody is asked, also by two at once', () => {
    const onExpiry = vi.fn();
    const clock = new ConnectClock(1000, onExpiry);
    vi.advanceTimersByTime(600);
    clock.pause();
    clock.pause();
    vi.advanceTimersByTime(60_000);
    clock.resume();
    vi.advanceTimersByTime(60_000);
    clock.resume();
    vi.advanceTimersByTime(399);
    expect(onExpiry).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onExpiry).toHaveBeenCalledOnce();
  });

  it('never expires once stopped, not even by a question that ends later', () => {
    const onExpiry = vi.fn();
    const clock = new ConnectClock(1000, onExpiry);
    clock.pause();
    clock.stop();
    clock.resume();
    vi.advanceTimersByTime(5000);
    expect(onExpiry).not.toHaveBeenCalled();
  });
});
