import { describe, expect, it } from 'vitest';
import { SessionGate } from '../../src/remote/line/session-gate.ts';
import { unaborted } from './connecting.ts';

describe('the gate for sessions', () => {
  it('lets four through at first and calls the next when one leaves', async () => {
    const gate = new SessionGate();
    const leave = await Promise.all([1, 2, 3, 4].map(() => gate.enter(unaborted)));
    let hasEntered = false;
    const fifth = gate.enter(unaborted).then(() => {
      hasEntered = true;
    });
    await Promise.resolve();
    expect(hasEntered).toBe(false);
    leave[0]?.();
    await fifth;
    expect(hasEntered).toBe(true);
  });

  it('learns a lower limit from refusals, down to one and no further', async () => {
    const gate = new SessionGate();
    const leave = await Promise.all([1, 2, 3, 4].map(() => gate.enter(unaborted)));
    for (const each of leave) {
      gate.learnFromRefusal();
      each();
    }
    expect(gate.limit).toBe(1);
    await gate.enter(unaborted);
    gate.learnFromRefusal();
    expect(gate.limit).toBe(1);
  });

  it('counts one who leaves twice once', async () => {
    const gate = new SessionGate();
    const leave = await gate.enter(unaborted);
    leave();
    leave();
    const entered = await Promise.all([1, 2, 3, 4].map(() => gate.enter(unaborted)));
    expect(entered).toHaveLength(4);
    const controller = new AbortController();
    const fifth = gate.enter(controller.signal);
    controller.abort(new Error('waits'));
    await expect(fifth).rejects.toThrow('waits');
  });

  it('forgets one who gave up waiting', async () => {
    const gate = new SessionGate();
    const leave = await Promise.all([1, 2, 3, 4].map(() => gate.enter(unaborted)));
    const controller = new AbortController();
    const reason = new Error('gave up');
    const waiting = gate.enter(controller.signal);
    const next = gate.enter(unaborted);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    leave[0]?.();
    await expect(next).resolves.toBeTypeOf('function');
  });
});
