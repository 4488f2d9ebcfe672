import * as z from 'zod';

/**
 * What a report tells, whatever it is written as. The JSON form is this and nothing else; `docs/report.schema.json` is
 * made from it. Every text is safe to show (no control characters), and none of it is a secret.
 */

const time = z.string().describe('ISO 8601, in UTC.');
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

const verdict = z.enum(['true', 'warning', 'false', 'not-yet', 'unknown']);

const hostKey = z
  .strictObject({ type: z.string(), fingerprint: z.string().describe('As ssh-keygen prints it: SHA256:….') })
  .describe('The key with which the server proved who it is.');

const command = z
  .strictObject({
    purpose: z.enum(['run', 'undo']),
    on: z.enum(['target', 'here']).describe('The server, or the computer of who works on it.'),
    script: z.string().describe('As the guide has it now. Scripts are never templated.'),
    variables: z.record(z.string(), z.string()).describe('What the script finds in its environment.'),
    secrets: z.array(z.string()).describe('Names of the secrets that it reads; never what they are.'),
  })
  .describe('A script of the checkpoint.');
/** A script of a checkpoint, with the values that it is given. */
export type ReportedCommand = z.infer<typeof command>;

const end = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), status: z.number().int(), cancelled: z.boolean() }),
  z.strictObject({ kind: z.literal('void'), why: z.string() }).describe('It did not run.'),
  z.strictObject({ kind: z.literal('unknown'), why: z.string() }).describe('Nobody knows how it ended.'),
]);

const attempt = z
  .strictObject({
    id: z.string(),
    purpose: z.enum(['run', 'undo']),
    by: z.string().describe('Who: user@machine.'),
    at: time,
    endedAt: time.nullable(),
    seconds: z.number().nonnegative().nullable().describe('From its start to its end; null where either was not seen.'),
    end,
    isCurrentScript: z.boolean().describe('Whether the script that ran is the one that the guide has now.'),
    output: z.strictObject({
      bytes: z.number().int().nonnegative().describe('Bytes received.'),
      sha256: sha256Hex.nullable().describe('Over the output file; null where it is not here.'),
    }),
  })
  .describe('One run of an action, or of its undo.');
/** One run of a checkpoint's action or undo. */
export type ReportedAttempt = z.infer<typeof attempt>;

const evidence = z
  .strictObject({
    probe: z.string().describe('The probe in words.'),
    verdict,
    expected: z.string(),
    observed: z.string(),
    raw: z.string().describe('More of what was seen.'),
    vantage: z.string().describe('From where it looked.'),
    remedy: z.string().nullable(),
    at: time,
  })
  .describe('What one probe saw.');
/** What one probe saw. */
export type ReportedEvidence = z.infer<typeof evidence>;

/** The states that a checkpoint can have in a report. */
export const stateNames = [
  'todo',
  'blocked',
  'running',
  'waiting',
  'proven',
  'proven-with-warning',
  'failed',
  'unknown',
  'skipped',
  'confirmed',
  'ran',
  'stale',
] as const;
const state = z.enum(stateNames);
/** A checkpoint's state in one name; a proof with a warning has its own. */
export type ReportedState = z.infer<typeof state>;

const checkpoint = z
  .strictObject({
    number: z.number().int().positive(),
    id: z.string(),
    title: z.string(),
    optional: z.boolean(),
    state,
    words: z.string().describe('The state as people read it.'),
    why: z.string().nullable().describe('Why it is in this state, where that is not plain.'),
    counts: z.boolean().describe('False for an optional checkpoint that nobody has begun.'),
    isSettled: z.boolean().describe('Whether the guide goes on after it.'),
    looked: z
      .strictObject({ at: time, by: z.string(), verdict, hostKeyFingerprint: z.string() })
      .nullable()
      .describe('The last look: when, by whom, and at the server with which host key.'),
    evidence: z.array(evidence),
    commands: z.array(command),
    attempts: z.array(attempt).describe('The earliest first.'),
  })
  .describe('A step of the guide in this session.');
/** A checkpoint, with all that is known of it. */
export type ReportedCheckpoint = z.infer<typeof checkpoint>;

const happening = z
  .strictObject({
    at: time,
    by: z.string(),
    kind: z.string().describe('The kind of event in the journal.'),
    step: z.string().nullable(),
    sentence: z.string(),
  })
  .describe('Something that happened.');
/** One line of the timeline. */
export type Happening = z.infer<typeof happening>;

/** The schema of a report. */
export const reportSchema = z
  .strictObject({
    kind: z.literal('brevduva-report'),
    format: z.literal(1),
    madeBy: z.string().describe('Program and version.'),
    madeAt: time,
    session: z.strictObject({
      name: z.string(),
      target: z.string(),
      createdAt: time,
      lastAt: time,
      hostKey: hostKey.nullable(),
      machine: z.string().nullable().describe('The machine-id, machine-id(5).'),
    }),
    guide: z.strictObject({
      id: z.string(),
      title: z.string(),
      shipped: z.boolean().describe('It came with Brevduva.'),
      sha256: sha256Hex,
      changed: z.boolean().describe('It is not the text that the session last agreed to.'),
    }),
    inputs: z.array(z.strictObject({ name: z.string(), label: z.string(), value: z.string() })),
    summary: z.strictObject({
      exitStatus: z.number().int().describe('0 all proven, 1 something is false or not proven yet, 3 unknown.'),
      proven: z.number().int(),
      total: z.number().int(),
      sentence: z.string(),
    }),
    checkpoints: z.array(checkpoint),
    records: z.strictObject({
      zone: z.string().describe('The DNS records that can be told, as a zone file (RFC 1035 §5).'),
      waiting: z.array(z.string()).describe('Those that a later checkpoint completes, in words.'),
    }),
    timeline: z.array(happening),
    journal: z
      .strictObject({
        events: z.number().int().positive(),
        checksum: z.string().describe('Of its last line, which covers all lines before it.'),
      })
      .describe('The journal that the report was made from.'),
    seal: z.string().describe('What brevduva report --verify reads.'),
  })
  .describe('What a Brevduva session proved.');
/** All that a report tells. */
export type Report = z.infer<typeof reportSchema>;
