import { createHash } from 'node:crypto';
import type { Step } from '../guide/guide.ts';
import type { Basis } from './events.ts';
import type { SessionState } from './state.ts';

/**
 * What a proof of `step` rests on at this moment. `values`: inputs and outputs in force, without secrets, so a changed
 * secret does not make a proof stale (nothing about a secret may be written, not even a digest).
 */
export function basisOf(step: Step, values: Readonly<Record<string, string>>, session: SessionState): Basis {
  const used = step.uses.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, sha256(value)] as const];
  });
  return {
    action: step.digests.action,
    verify: step.digests.verify,
    values: Object.fromEntries(used),
    hostKey: session.identity?.hostKey.fingerprint ?? '',
    machine: session.identity?.machine ?? '',
  };
}

/** Why a proof that rested on `then` is stale under `now`; null where it is not. The gravest reason is told. */
export function staleReason(then: Basis, now: Basis): string | null {
  if (then.machine !== now.machine) return 'The server has another machine-id: it was reinstalled.';
  if (then.hostKey !== now.hostKey) return 'The server has another host key.';
  const names = [...new Set([...Object.keys(then.values), ...Object.keys(now.values)])];
  const changed = names.filter((name) => then.values[name] !== now.values[name]);
  if (changed.length > 0) return `${list(changed)} changed since it was proven.`;
  if (then.verify !== now.verify) return 'The guide now proves this in another way.';
  if (then.action !== now.action) return 'The guide now does this in another way.';
  return null;
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function list(names: readonly string[]): string {
  if (names.length === 1) return `The value of ${names[0]}`;
  return `The values of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
