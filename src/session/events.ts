import * as z from 'zod';
import { evidenceSchema, verdictSchema } from '../probe/evidence.ts';

/**
 * Everything that can happen to a session. The journal holds these, one a line, and nothing else: a session's state is
 * the events folded by the reducer. Old events stay readable for ever, so kinds are added, never changed.
 */

const common = {
  /** Unique for ever (UUID): two copies of a journal merge as sets. */
  id: z.string(),
  /** When it was written, ISO 8601, by the operator's clock. Order is the journal's, never this. */
  at: z.string(),
};

const step = z.string();
const attempt = z.string();
const digests = z.strictObject({
  prose: z.string(),
  action: z.string(),
  verify: z.string(),
  settings: z.string(),
});
const hostKey = z.strictObject({ type: z.string(), fingerprint: z.string() });

/** How the target is reached, beside what the SSH configuration says: `-F`, `-i` and `-J` as for ssh. */
export const sshOptionsSchema = z.strictObject({
  configFile: z.string().optional(),
  identityFiles: z.array(z.string()),
  jump: z.string().optional(),
});
/** How the target is reached, beside what the SSH configuration says. */
export type SshOptions = z.infer<typeof sshOptionsSchema>;

/**
 * What a proof rests on: when one of these changes, the proof is stale. `action` and `verify` are the step's digests;
 * `values` holds a SHA-256 (hex) for each input and output that the step uses, so that the changed one can be named.
 */
export const basisSchema = z.strictObject({
  action: z.string(),
  verify: z.string(),
  values: z.record(z.string(), z.string()),
  /** Fingerprint. */
  hostKey: z.string(),
  /** The machine-id; empty where the system has none. */
  machine: z.string(),
});
/** What a proof rests on. */
export type Basis = z.infer<typeof basisSchema>;

/** How an attempt, or the undoing of one, ended. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), status: z.number().int(), cancelled: z.boolean() }),
  z.strictObject({ kind: z.literal('void'), why: z.string() }),
  z.strictObject({ kind: z.literal('unknown'), why: z.string() }),
]);
/** How an attempt ended. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** One event, as the journal holds it. */
export const eventSchema = z.discriminatedUnion('kind', [
  /** Always the first. */
  z.strictObject({
    ...common,
    kind: z.literal('session-created'),
    format: z.literal(1),
    guide: z.string(),
    /** `user@host:port` as far as the person said. */
    target: z.string(),
  }),
  /** Somebody opened the session; every event up to the next one is theirs. */
  z.strictObject({
    ...common,
    kind: z.literal('opened'),
    by: z.string(),
    version: z.string(),
    /** True where the journal's last line was torn and has been cut. */
    torn: z.boolean(),
    /** SSH options from the command line, so that resuming needs none. Paths are absolute, on that machine. */
    ssh: sshOptionsSchema,
  }),
  /** The person agreed to run this text of the guide (a shipped one needs no asking). */
  z.strictObject({
    ...common,
    kind: z.literal('guide-pinned'),
    digest: z.string(),
    file: z.string(),
    /** It came with Brevduva: found again by its name, wherever that is installed. */
    shipped: z.boolean(),
    steps: z.array(z.strictObject({ id: step, digests })),
  }),
  /** Never a secret. `null` takes a value away. */
  z.strictObject({ ...common, kind: z.literal('input-set'), name: z.string(), value: z.string().nullable() }),
  /** The target answered and proved who it is. `machine`: its machine-id, empty where it has none. */
  z.strictObject({ ...common, kind: z.literal('target-seen'), hostKey, machine: z.string() }),
  /** Written before an action may start. */
  z.strictObject({
    ...common,
    kind: z.literal('attempt-intended'),
    attempt,
    step,
    purpose: z.enum(['run', 'undo']),
    /** SHA-256 (hex) of the script. */
    script: z.string(),
  }),
  z.strictObject({ ...common, kind: z.literal('attempt-started'), attempt }),
  z.strictObject({
    ...common,
    kind: z.literal('attempt-ended'),
    attempt,
    outcome: outcomeSchema,
    /** Bytes of output received. */
    bytes: z.number().int().nonnegative(),
    outputs: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('probed'),
    step,
    verdict: verdictSchema,
    evidence: z.array(evidenceSchema),
    outputs: z.record(z.string(), z.string()),
    basis: basisSchema,
  }),
  z.strictObject({ ...common, kind: z.literal('skipped'), step, reason: z.string() }),
  /** The person takes a skip or a confirmation back. */
  z.strictObject({ ...common, kind: z.literal('reopened'), step }),
  z.strictObject({ ...common, kind: z.literal('confirmed'), step, basis: basisSchema }),
]);
/** One event, as the journal holds it. */
export type SessionEvent = z.infer<typeof eventSchema>;

/** An event before the journal gives it its id and time. */
export type NewEvent = SessionEvent extends infer E ? (E extends SessionEvent ? Omit<E, 'id' | 'at'> : never) : never;
