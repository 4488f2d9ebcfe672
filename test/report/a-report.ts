import { join } from 'node:path';
import { exitCodeFor } from '../../src/cli/exit-code.ts';
import type { Guide } from '../../src/guide/guide.ts';
import { loadGuide } from '../../src/guide/load.ts';
import type { Evidence, Verdict } from '../../src/probe/evidence.ts';
import { makeReport } from '../../src/report/make.ts';
import type { Report } from '../../src/report/report.ts';
import { basisOf, sha256 } from '../../src/session/basis.ts';
import type { NewEvent } from '../../src/session/events.ts';
import { pinning } from '../../src/session/gates.ts';
import { emptySession, reduceSession, stampEvent } from '../../src/session/reducer.ts';
import { valuesInForce } from '../../src/session/values.ts';

/** The report of a session that the events given have made; each has its own minute. */
export function reportOf(guide: Guide, given: readonly (NewEvent | ((so: Making) => NewEvent))[]): Report {
  const begun: readonly NewEvent[] = [
    { kind: 'session-created', format: 1, guide: guide.id, target: 'root@203.0.113.10' },
    { kind: 'opened', by: 'ada@laptop', version: '0.1.0', torn: false, ssh: { identityFiles: [] } },
    pinning(guide),
  ];
  let session = emptySession;
  const events = [...begun, ...given].map((next, index) => {
    const event = typeof next === 'function' ? next({ guide, session }) : next;
    const at = new Date(Date.UTC(2026, 10, 20, 22, 30 + 7 * index, 11)).toISOString();
    const stamped = stampEvent(event, { id: String(index), at });
    session = reduceSession(session, stamped);
    return stamped;
  });
  const attempts = events.flatMap((event) => (event.kind === 'attempt-ended' ? [event.attempt] : []));
  let by = 'ada@laptop';
  return makeReport({
    guide,
    name: 'smtp--root@203.0.113.10',
    journal: {
      events: events.map((event) => {
        if (event.kind === 'opened') by = event.by;
        return { event, by };
      }),
      checksums: events.map(({ id }) => sha256(id).slice(0, 32)),
    },
    digests: new Map(attempts.map((attempt) => [attempt, sha256(attempt)])),
    madeBy: 'Brevduva 0.1.0',
    now: new Date('2026-11-24T13:36:07.000Z'),
    exitStatusOf: exitCodeFor,
  });
}

/** What an event may depend on. */
interface Making {
  readonly guide: Guide;
  readonly session: typeof emptySession;
}

/** A look at a step that saw these things, resting on what is in force by then. */
export function looked(step: string, verdict: Verdict, ...seen: readonly Partial<Evidence>[]) {
  return ({ guide, session }: Making): NewEvent => {
    const found = guide.steps.find(({ id }) => id === step);
    if (found === undefined) throw new Error(`The guide has no step ${step}.`);
    return {
      kind: 'probed',
      step,
      verdict,
      evidence: seen.map((one) => ({
        probe: 'sh verify',
        verdict,
        expected: '',
        observed: '',
        raw: '',
        vantage: 'target',
        at: '2026-11-20T23:00:00.000Z',
        ...one,
      })),
      outputs: {},
      basis: basisOf(found, valuesInForce(guide, session).values, session),
    };
  };
}

/** An attempt from its intent to its end. */
export function attempted(step: string, { status, bytes }: { readonly status: number; readonly bytes: number }) {
  const attempt = `attempt-${step}-${status}`;
  const intended = ({ guide }: Making): NewEvent => {
    const script = guide.steps.find(({ id }) => id === step)?.run?.text ?? '';
    return { kind: 'attempt-intended', attempt, step, purpose: 'run', script: sha256(script) };
  };
  const outcome = { kind: 'exited', status, cancelled: false } as const;
  return [
    intended,
    { kind: 'attempt-started', attempt },
    { kind: 'attempt-ended', attempt, outcome, bytes, outputs: {} },
  ] as const;
}

/** The usual guide. */
export function shippedGuide(): Promise<Guide> {
  return loadGuide('smtp', { shippedDirectory: join(import.meta.dirname, '..', '..') });
}

/** What a server of ill will prints, after it was made safe for a terminal: still HTML, Markdown, XML and TAP of its own. */
export const hostileLine =
  '<script>document.title="owned"</script><img src="http://evil.invalid/x" onerror="alert(2)"> "\' & ]]> ' +
  '[click](http://evil.invalid/y) http://evil.invalid www.evil.invalid @ada `one` ``two`` ```three # SKIP | a </style>';

/** A report of the usual guide that has most of the states in it, a night between, two operators, and hostile texts. */
export async function aFullReport(): Promise<Report> {
  const guide = await shippedGuide();
  const [choose = '', wait = '', ...others] = guide.steps.map(({ id }) => id);
  const [third = '', fourth = '', fifth = '', sixth = '', seventh = '', eighth = ''] = others;
  const hostKey = { type: 'ssh-ed25519', fingerprint: 'SHA256:4VhR2//bS77stWhYWdWlIwSp/Lmz6jhbuqy8FLM97QA' };
  return reportOf(guide, [
    { kind: 'input-set', name: 'domain', value: 'example.com' },
    { kind: 'target-seen', hostKey, machine: '3d1219c7c4c5404aaa1f6d2a48adfda4' },
    looked(choose, 'true', { observed: 'The provider routes port 25: gmail-smtp-in.l.google.com answers 220.' }),
    looked(wait, 'true', { observed: 'Debian 12 (bookworm), up for 3 minutes' }),
    ...attempted(third, { status: 0, bytes: 18_231 }),
    looked(third, 'warning', {
      probe: 'tcp 203.0.113.10:25',
      vantage: 'here',
      expected: 'an SMTP greeting',
      observed: 'connected, and greeted after 4.2 s',
      remedy: 'Look at what delays the greeting: journalctl -u chasquid',
    }),
    ...attempted(fourth, { status: 0, bytes: 312 }),
    looked(fourth, 'false', {
      probe: 'dns A smtp.example.com',
      vantage: 'authority ns1.example.net',
      expected: '203.0.113.10',
      observed: hostileLine,
      raw: `${hostileLine}\n;; ANSWER SECTION:\nsmtp.example.com. 300 IN A 198.51.100.7`,
      remedy: hostileLine,
    }),
    { kind: 'opened', by: 'grace@desk', version: '0.1.0', torn: false, ssh: { identityFiles: [] } },
    ...Array.from({ length: 12 }, () =>
      looked(fifth, 'not-yet', {
        expected: 'PTR smtp.example.com',
        observed: 'no PTR yet',
        vantage: 'resolver 9.9.9.9',
      }),
    ),
    ...attempted(sixth, { status: 0, bytes: 90_114 }),
    looked(sixth, 'unknown', { observed: 'The probe could not look: curl is not there.' }),
    { kind: 'skipped', step: seventh, reason: `Done at the provider. ${hostileLine}` },
    looked(eighth, 'true', { observed: 'holds' }),
    { kind: 'input-set', name: 'domain', value: 'example.org' },
  ]);
}
