import { describe, expect, it } from 'vitest';
import { exitCodeFor } from '../../src/cli/exit-code.ts';
import type { Checkpoint, CheckpointState } from '../../src/session/state.ts';

function some(...states: readonly (CheckpointState | readonly [CheckpointState, 'optional'])[]): Checkpoint[] {
  return states.map((entry, index) => {
    const [state, optional] = 'kind' in entry ? [entry, false] : [entry[0], true];
    return { number: index + 1, id: `s${index}`, title: '', optional, state, evidence: [], lastAttempt: undefined };
  });
}

const proven: CheckpointState = { kind: 'proven', warning: false, at: '' };
const todo: CheckpointState = { kind: 'todo' };
const failed: CheckpointState = { kind: 'failed', why: '', at: '' };
const unknown: CheckpointState = { kind: 'unknown', why: '', at: '' };

describe('the exit status', () => {
  it('is 0 when all is proven, confirmed or skipped', () => {
    expect(exitCodeFor(some(proven, { kind: 'confirmed', at: '' }, { kind: 'skipped', reason: 'x' }))).toBe(0);
  });

  it('is 1 as soon as something is known not to hold', () => {
    expect(exitCodeFor(some(proven, failed, unknown))).toBe(1);
    expect(exitCodeFor(some(proven, todo))).toBe(1);
    expect(exitCodeFor(some(proven, { kind: 'stale', why: '', at: '' }))).toBe(1);
  });

  it('is 3 when nothing is false but something could not be seen', () => {
    expect(exitCodeFor(some(proven, unknown))).toBe(3);
  });

  it('does not count an optional checkpoint that nobody began, but one that failed', () => {
    expect(exitCodeFor(some(proven, [todo, 'optional']))).toBe(0);
    expect(exitCodeFor(some(proven, [failed, 'optional']))).toBe(1);
  });
});
