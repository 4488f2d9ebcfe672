import { describe, expect, it } from 'vitest';
import { OutputRing } from '../../src/session/output-ring.ts';

const bytes = (text: string) => Buffer.from(text);

describe('the output ring', () => {
  it('gives lines as they were completed, and the last one when the output ends', () => {
    const ring = new OutputRing();
    ring.push(bytes('one\ntw'));
    expect([ring.total, ring.slice(0, 9)]).toEqual([1, ['one']]);
    ring.push(bytes('o\nthree'));
    ring.end();
    expect([ring.total, ring.slice(0, 9)]).toEqual([3, ['one', 'two', 'three']]);
  });

  it('slices by line numbers counted from the start, whatever was dropped', () => {
    const ring = new OutputRing(10);
    for (let line = 0; line < 100; line += 1) {
      ring.push(bytes(`line ${line}\n`));
      ring.slice(0, 0);
    }
    expect(ring.total).toBe(100);
    expect(ring.slice(95, 2)).toEqual(['line 95', 'line 96']);
    expect(ring.slice(0, 5)).toEqual([]);
    expect(ring.dropped).toBeLessThanOrEqual(90);
    expect(ring.dropped).toBeGreaterThanOrEqual(80);
  });

  it('counts every line of a flood and shows its end, holding little of it', () => {
    const ring = new OutputRing();
    const piece = bytes(`${'x'.repeat(99)}\n`.repeat(300));
    for (let count = 0; count < 1_000; count += 1) ring.push(piece);
    ring.push(bytes('the end\n'));
    expect(ring.total).toBe(300_001);
    expect(ring.slice(300_000, 1)).toEqual(['the end']);
    expect(ring.total - ring.dropped).toBeLessThan(10_001);
  });

  it('starts anew after a gap, so that half a sequence cannot swallow what follows', () => {
    const ring = new OutputRing();
    ring.push(bytes('\u001b]0;never ended '));
    for (let count = 0; count < 20; count += 1) ring.push(bytes(`${'y'.repeat(40_000)}\n`));
    ring.push(bytes('seen\n'));
    expect(ring.slice(ring.total - 1, 1)).toEqual(['seen']);
  });
});
