import { UsageError } from '../../src/error.ts';
import type { ConnectQuestion } from '../../src/remote/connection.ts';
import type { CheckpointState } from '../../src/session/state.ts';
import { keys } from '../terminal.tsx';
import { noon } from './looks.ts';
import type { SessionOnScreen, SessionOnScreenOptions } from './session-terminal.tsx';
import { anEvidence } from './session-view.ts';
import { aSessionView, smtpGuide } from './smtp-session.ts';

/** A screen by its name: what the session is like, and what the person does. */
export interface ShownScreen {
  readonly name: string;
  readonly options?: SessionOnScreenOptions;
  readonly act?: (on: SessionOnScreen) => Promise<void>;
  /** What of it is another text each time. */
  readonly varying?: RegExp;
}

const at = 'install-chasquid';
const since = new Date(Date.parse(noon) - 14_000).toISOString();
const failedState: CheckpointState = { kind: 'failed', why: 'The action ended with status 100.', at: noon };

const aptOutput: readonly string[] = [
  ...Array.from(
    { length: 195 },
    (_, line) => `Get:${line + 1} http://archive.ubuntu.com/ubuntu noble/universe amd64 part-${line + 1}`,
  ),
  'Reading package lists… Done',
  '\u001B[1mSelecting previously unselected package chasquid.\u001B[0m',
  '(Reading database … 71 423 files and directories currently installed.)',
  'Preparing to unpack …/chasquid_1.19.0-1_amd64.deb …',
  'Unpacking chasquid (1.19.0-1) …',
  'Setting up chasquid (1.19.0-1) …',
  '\u001B[33mW: the host name 日本.example resolves to nothing, so the certificate for it is left out of the configuration\u001B[0m',
  'Created symlink /etc/systemd/system/multi-user.target.wants/chasquid.service.',
];

const lastAttempt = {
  id: 'attempt',
  step: at,
  purpose: 'run' as const,
  intendedAt: since,
  started: true,
  bytes: 12_400,
  order: 1,
};

function running(): SessionOnScreenOptions {
  return {
    view: aSessionView({
      states: { [at]: { kind: 'running', attempt: 'attempt', purpose: 'run', since } },
      activity: { [at]: { kind: 'running', purpose: 'run', since, interrupts: 0 } },
      checkpoints: { [at]: { lastAttempt } },
    }),
    prepare: (engine) => engine.print(at, aptOutput),
  };
}

function failed(): SessionOnScreenOptions {
  return {
    view: aSessionView({
      states: { [at]: failedState },
      checkpoints: {
        [at]: {
          lastAttempt: { ...lastAttempt, outcome: { kind: 'exited', status: 100, cancelled: false }, endedAt: noon },
          evidence: [
            anEvidence({
              verdict: 'false',
              observed: 'inactive (dead)',
              raw: 'chasquid.service: Main process exited\nFailed with result exit-code.',
              remedy: 'Read why with h, mend it, and retry.',
            }),
            anEvidence({
              probe: 'tcp smtp.example.com:25',
              vantage: 'here',
              expected: 'open',
              observed: 'connected in 24 ms',
            }),
          ],
        },
      },
    }),
    prepare: (engine) =>
      engine.print(at, [...aptOutput.slice(-4), 'E: Unable to fetch some archives, maybe run apt-get update?']),
  };
}

function asking(question: ConnectQuestion): SessionOnScreenOptions {
  return { view: aSessionView({ connection: { kind: 'connecting' }, question: { id: 1, question } }) };
}

const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDJPyu0NFKxJ3wS9E8' };
const older = { type: 'ssh-rsa', fingerprint: 'SHA256:bmkkgdvrjHYwzYCYmw2lJ8kp8JjJ3IVkbO3ZfBmwfGo' };
const host = 'smtp.example.com';

/** A password that was made up; what is before it in a coloured frame may end in a letter. */
const generated = /[A-HJ-NP-Za-km-z2-9]{24}(?![A-Za-z0-9])/u;

/** Every screen of a session. */
export const screens: readonly ShownScreen[] = [
  { name: 'checkpoint' },
  { name: 'running', options: running() },
  { name: 'failed', options: failed(), act: ({ terminal }) => terminal.press('m') },
  {
    name: 'waiting',
    options: {
      view: aSessionView({
        activity: { spf: { kind: 'waiting', next: '2026-11-24T14:05:05.000Z', until: '2026-11-24T15:01:30.000Z' } },
        states: { spf: { kind: 'waiting', since: noon } },
        checkpoints: {
          spf: {
            evidence: [
              anEvidence({
                probe: 'dns example.com TXT',
                vantage: 'authority ns1.example.net',
                verdict: 'not-yet',
                expected: 'v=spf1 mx -all',
                observed: 'no such record',
                remedy: 'Publish the record above where the domain’s DNS is kept.',
              }),
            ],
          },
        },
      }),
    },
    act: async ({ terminal }) => {
      for (let step = 0; step < 5; step += 1) await terminal.press(keys.right);
    },
  },
  {
    name: 'proven',
    options: {
      view: aSessionView({
        states: { [at]: { kind: 'proven', warning: false, at: noon } },
        checkpoints: {
          [at]: {
            lastAttempt: { ...lastAttempt, outcome: { kind: 'exited', status: 0, cancelled: false }, endedAt: noon },
            evidence: [
              anEvidence(),
              anEvidence({
                probe: 'tcp smtp.example.com:25',
                vantage: 'here',
                expected: 'open',
                observed: 'connected in 24 ms',
              }),
            ],
          },
        },
        notice: { tone: 'calm', sentence: 'This holds already; nothing was run.' },
      }),
    },
    act: ({ terminal }) => terminal.press(keys.left),
  },
  { name: 'list', act: ({ terminal }) => terminal.press(keys.tab) },
  {
    name: 'skip',
    options: failed(),
    act: ({ terminal }) => terminal.press('s', 'the provider has not opened port 25 yet'),
  },
  { name: 'output', options: running(), act: ({ terminal }) => terminal.press('o') },
  { name: 'search', options: running(), act: ({ terminal }) => terminal.press('o', '/', 'chasquid', keys.enter) },
  {
    name: 'inputs',
    options: { view: aSessionView({ gate: { kind: 'inputs', inputs: smtpGuide.inputs }, values: {} }) },
    act: ({ terminal }) =>
      terminal.press(
        'exämple.com',
        keys.tab,
        keys.tab,
        'nobody',
        keys.tab,
        keys.tab,
        'correct horse',
        keys.up,
        keys.up,
      ),
  },
  {
    name: 'secret',
    options: { view: aSessionView({ gate: { kind: 'inputs', inputs: smtpGuide.inputs.slice(4) }, values: {} }) },
  },
  {
    name: 'secret-generated',
    options: { view: aSessionView({ gate: { kind: 'inputs', inputs: smtpGuide.inputs.slice(4) }, values: {} }) },
    act: ({ terminal }) => terminal.press(keys.ctrlG),
    varying: generated,
  },
  { name: 'edit', act: ({ terminal }) => terminal.press('e') },
  { name: 'copy', act: ({ terminal }) => terminal.press(...Array.from({ length: 5 }, () => keys.right), 'y') },
  {
    name: 'trust',
    options: {
      view: aSessionView({
        gate: { kind: 'trust' },
        guide: { ...smtpGuide, shipped: false, file: '/home/me/guides/smtp.md' },
      }),
    },
  },
  {
    name: 'changed',
    options: {
      view: aSessionView({
        gate: {
          kind: 'changed',
          differences: [
            { id: 'install-chasquid', kind: 'changed', parts: ['action', 'verify'] },
            { id: 'backup-conf', kind: 'added', parts: [] },
            { id: 'old-step', kind: 'removed', parts: [] },
          ],
        },
      }),
    },
  },
  { name: 'host-key', options: asking({ kind: 'host-key', host, key }) },
  { name: 'host-key-changed', options: asking({ kind: 'host-key-changed', host, known: older, key }) },
  {
    name: 'password',
    options: asking({ kind: 'sudo-password', user: 'admin', host }),
    act: ({ terminal }) => terminal.press('secret'),
  },
  {
    name: 'broken',
    options: {
      view: aSessionView({
        broken: new UsageError({
          sentence: 'The journal cannot be written: no space left on device.',
          remedy: 'Make room on this computer’s disk, then start the session again; nothing was run meanwhile.',
        }),
      }),
    },
  },
  {
    name: 'confirm',
    options: {
      view: aSessionView({
        notice: { tone: 'warning', sentence: 'The output could not be saved whole: no space left on device.' },
      }),
    },
    act: async ({ terminal }) => {
      for (let step = 0; step < 8; step += 1) await terminal.press(keys.right);
    },
  },
  {
    name: 'hint',
    options: {
      view: aSessionView({
        states: { [at]: failedState },
        hints: {
          [at]: [
            'chasquid[812]: \u001B[31mfatal\u001B[0m: no certificate for smtp.example.com',
            'systemd[1]: chasquid.service: Failed',
          ],
        },
      }),
    },
  },
  { name: 'help', act: ({ terminal }) => terminal.press('?') },
];
