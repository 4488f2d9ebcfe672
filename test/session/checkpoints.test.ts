import { describe, expect, it } from 'vitest';
import type { Circumstances } from '../../src/session/checkpoints.ts';
import { checkpointsOf } from '../../src/session/checkpoints.ts';
import type { NewEvent } from '../../src/session/events.ts';
import type { CheckpointState } from '../../src/session/state.ts';
import { bareStep } from '../bare-step.ts';
import { aBasis, aGuide, probed, ran, stateAfter } from './events.ts';

const quiet: Circumstances = { values: {}, followed: new Set(), waiting: {} };

function stateOf(events: readonly NewEvent[], circumstances: Partial<Circumstances> = {}): CheckpointState | undefined {
  const guide = aGuide([bareStep({ id: 'one' })]);
  return checkpointsOf(guide, stateAfter(...events), { ...quiet, ...circumstances })[0]?.state;
}

describe('where a checkpoint stands', () => {
  it('is to do before anything happened', () => {
    expect(stateOf([])).toEqual({ kind: 'todo' });
  });

  it('is proven only by a probe that saw it', () => {
    expect(stateOf(ran('one', 0))).toMatchObject({ kind: 'unknown' });
    expect(stateOf([...ran('one', 0), probed('one', 'true')])).toMatchObject({ kind: 'proven', warning: false });
    expect(stateOf([probed('one', 'warning')])).toMatchObject({ kind: 'proven', warning: true });
  });

  it('stays to do when a probe says false before anything was tried', () => {
    expect(stateOf([probed('one', 'false')])).toEqual({ kind: 'todo' });
  });

  it('failed when a probe still says false after the action', () => {
    expect(stateOf([...ran('one', 0), probed('one', 'false')])).toMatchObject({ kind: 'failed', why: 'saw false' });
  });

  it('failed when what was proven no longer holds', () => {
    expect(stateOf([probed('one', 'true'), probed('one', 'false')])).toMatchObject({
      kind: 'failed',
      why: 'No longer holds: saw false',
    });
  });

  it('failed when the action ended with another status than 0, whatever was seen before it', () => {
    expect(stateOf([probed('one', 'true'), ...ran('one', 3)])).toMatchObject({
      kind: 'failed',
      why: 'The action ended with status 3.',
    });
  });

  it('takes the order from the journal, never from the clock', () => {
    // All events carry the same time.
    expect(stateOf([...ran('one', 3), probed('one', 'true')])).toMatchObject({ kind: 'proven' });
  });

  it('calls an action without an end unknown, and running only where this process follows it', () => {
    const started = ran('one', 0).slice(0, 2);
    expect(stateOf(started)).toMatchObject({ kind: 'unknown' });
    expect(stateOf(started, { followed: new Set(['one-1']) })).toMatchObject({ kind: 'running', attempt: 'one-1' });
    expect(stateOf(ran('one', 0).slice(0, 1))).toMatchObject({ kind: 'unknown' });
  });

  it('lets a probe answer what an action without an end left open', () => {
    expect(stateOf([...ran('one', 0).slice(0, 2), probed('one', 'true')])).toMatchObject({ kind: 'proven' });
  });

  it('calls a probe that could not look unknown, never false', () => {
    expect(stateOf([probed('one', 'unknown')])).toMatchObject({ kind: 'unknown', why: 'saw unknown' });
    expect(stateOf([...ran('one', 0), probed('one', 'unknown')])).toMatchObject({ kind: 'unknown' });
  });

  it('waits while a probe says not yet', () => {
    expect(stateOf([probed('one', 'not-yet')])).toMatchObject({ kind: 'waiting' });
    expect(stateOf([probed('one', 'not-yet')], { waiting: { one: '2026-01-01T00:05:00Z' } })).toMatchObject({
      kind: 'waiting',
      until: '2026-01-01T00:05:00Z',
    });
  });

  it('is to do again after an undo that worked', () => {
    const undone = [probed('one', 'true'), ...ran('one', 0, 'undo-1', 'undo')];
    expect(stateOf(undone)).toEqual({ kind: 'todo' });
    expect(stateOf([...undone, probed('one', 'false')])).toEqual({ kind: 'todo' });
  });

  it('is skipped with its reason until somebody works on it again', () => {
    const skipped: NewEvent = { kind: 'skipped', step: 'one', reason: 'No IPv6 here.' };
    expect(stateOf([skipped])).toEqual({ kind: 'skipped', reason: 'No IPv6 here.' });
    expect(stateOf([skipped, { kind: 'reopened', step: 'one' }])).toEqual({ kind: 'todo' });
    expect(stateOf([skipped, probed('one', 'true')])).toMatchObject({ kind: 'proven' });
  });

  it('keeps a confirmation apart from a proof', () => {
    expect(stateOf([{ kind: 'confirmed', step: 'one', basis: aBasis }])).toMatchObject({ kind: 'confirmed' });
  });
});

describe('staleness', () => {
  const proof = (basis = aBasis) => [probed('one', 'true', basis)];

  it.each([
    ['the machine', { machine: 'm2' }, 'The server has another machine-id: it was reinstalled.'],
    ['the host key', { hostKey: 'SHA256:two' }, 'The server has another host key.'],
    ['an input', { values: { domain: 'x' } }, 'The value of domain changed since it was proven.'],
    ['the verify', { verify: 'w' }, 'The guide now proves this in another way.'],
    ['the action', { action: 'b' }, 'The guide now does this in another way.'],
  ])('names %s as what changed', (_what, change, why) => {
    expect(stateOf(proof({ ...aBasis, ...change }))).toMatchObject({ kind: 'stale', why });
  });

  it('ends when a probe has seen it under the new circumstances', () => {
    expect(stateOf([...proof({ ...aBasis, machine: 'm0' }), probed('one', 'true')])).toMatchObject({ kind: 'proven' });
  });
});

describe('needs', () => {
  const guide = aGuide([
    bareStep({ id: 'one' }),
    bareStep({ id: 'two', needs: ['one'] }),
    bareStep({ id: 'three', needs: ['one', 'two'] }),
  ]);
  const kinds = (...events: NewEvent[]) =>
    checkpointsOf(guide, stateAfter(...events), quiet).map(({ state }) =>
      state.kind === 'blocked' ? `blocked by ${state.by.join(' ')}` : state.kind,
    );

  it('block what comes later until they hold', () => {
    expect(kinds()).toEqual(['todo', 'blocked by one', 'blocked by one two']);
    expect(kinds(probed('one', 'true'))).toEqual(['proven', 'todo', 'blocked by two']);
  });

  it('are met by a skip, since that was the person’s decision', () => {
    expect(kinds({ kind: 'skipped', step: 'one', reason: 'done elsewhere' })[1]).toBe('todo');
  });

  it('do not hide what a later checkpoint has already proven', () => {
    expect(kinds(probed('two', 'true'))[1]).toBe('proven');
  });
});

describe('a plain document', () => {
  it('calls a fence that ended well ran, never proven', () => {
    const guide = aGuide([bareStep({ id: 'one' })], { kind: 'document' });
    const state = checkpointsOf(guide, stateAfter(...ran('one', 0)), quiet)[0]?.state;
    expect(state).toMatchObject({ kind: 'ran' });
  });
});
