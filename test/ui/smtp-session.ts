import type { Guide, InputSpec, Step } from '../../src/guide/guide.ts';
import type { Checkpoint, CheckpointState } from '../../src/session/state.ts';
import type { SessionView } from '../../src/session/view.ts';
import { bareStep } from '../bare-step.ts';
import { noon } from './looks.ts';
import { aScript } from './session-view.ts';

const place = { file: 'runbook/smtp.md', line: 1 };

/** An input that must be given. */
export function anInput(given: Partial<InputSpec> & Pick<InputSpec, 'name'>): InputSpec {
  return { type: 'text', label: given.name, optional: false, choices: [], generate: false, place, ...given };
}

const titles: readonly (readonly [id: string, title: string])[] = [
  ['choose-server', 'Choose the server'],
  ['wait-for-os', 'Wait for the system'],
  ['prepare-system', 'Prepare the system'],
  ['open-ports', 'Open the ports'],
  ['ipv6', 'Turn on IPv6'],
  ['name-server', 'Name the server'],
  ['reverse-dns', 'Reverse DNS'],
  ['certificate', 'Certificate'],
  ['install-chasquid', 'Install chasquid'],
  ['server-name', 'Name chasquid’s host'],
  ['service-status', 'Service status'],
  ['add-sender', 'Sender account'],
  ['dkim', 'DKIM'],
  ['spf', 'SPF'],
  ['dmarc', 'DMARC'],
  ['receive-mail', 'Receive mail'],
  ['gmail-send-as', 'Send as, in Gmail'],
  ['send-test', 'Send a test'],
  ['backup-conf', 'Back up the configuration'],
  ['deliverability', 'Deliverability'],
];

const install = `set -eu
# why: versions before 1.19 cannot use a certificate that is renewed while they run
version=$(apt-cache policy chasquid | sed -n 's/^ *Candidate: //p')
apt-get install -y -- "chasquid=$version"
install -d -m 0750 -o root -g chasquid "/etc/chasquid/certs/$HOSTNAME_FQDN"
systemctl enable --now chasquid
`;

const parts: Readonly<Record<string, Partial<Step>>> = {
  'install-chasquid': {
    needs: ['certificate'],
    effects: ['package chasquid', '/etc/chasquid'],
    takes: '2 min',
    uses: ['domain', 'hostname_fqdn'],
    prose: `[chasquid](https://blitiri.com.ar/p/chasquid/) is a small SMTP server written in Go. We install the newest one that this system can run, because versions before **1.19** cannot use a certificate that is renewed while they run.

What it does at \`{{hostname_fqdn}}\`:

- listens on port 25 for mail from other servers
- listens on ports 465 and 587 for you, and *only* with a password
- signs what it sends for \`{{domain}}\`; the key comes in the [next but three](dkim.md)

> If another mail server is installed, it is left alone, and this checkpoint says so.

| system | version |
|---|--:|
| Ubuntu 24.04 | 1.13 |
| Ubuntu 26.04 | 1.19 |
`,
    run: aScript(install),
    undo: aScript('apt-get purge -y chasquid\n'),
    hint: aScript('journalctl -u chasquid -n 20\n'),
    verify: [{ kind: 'shell', script: aScript('systemctl is-active chasquid'), poll: { every: 5, for: 60 } }],
  },
  spf: {
    uses: ['domain'],
    prose:
      'SPF says which servers may send mail for `{{domain}}`. Publish this record where your domain’s DNS is kept; it may take an hour until it is seen everywhere.',
    records: [
      { name: '{{domain}}', type: 'TXT', value: 'v=spf1 mx -all', ttl: 3600 },
      { name: '{{domain}}', type: 'MX', value: '{{hostname_fqdn}}', ttl: 3600, priority: 10 },
    ],
    verify: [
      {
        kind: 'typed',
        probes: [{ kind: 'dns', spec: { from: ['authority', 'public'], records: true } }],
        poll: { every: 30, for: 3600 },
        place,
      },
    ],
  },
  'gmail-send-as': {
    optional: true,
    confirm: 'Gmail shows the address under “Send mail as”.',
    prose: 'In Gmail, open **Settings**.',
  },
};

/** The guide that Brevduva is for, as far as screens need it. */
export const smtpGuide: Guide = {
  kind: 'runbook',
  id: 'smtp',
  title: 'A mail server that Gmail trusts',
  file: 'runbook/smtp.md',
  shipped: true,
  introduction: '',
  inputs: [
    anInput({ name: 'domain', type: 'domain', label: 'Domain', help: 'The part after the @ of your addresses.' }),
    anInput({
      name: 'hostname_fqdn',
      type: 'hostname',
      label: 'Name of the server',
      help: 'It needs a name of its own, which its reverse DNS must give back.',
      default: 'smtp.{{domain}}',
    }),
    anInput({ name: 'contact', type: 'email', label: 'Contact', help: 'For the certificate: told before it expires.' }),
    anInput({
      name: 'provider',
      type: 'choice',
      label: 'Provider',
      help: 'Where the server is rented.',
      choices: ['ipcore', 'hetzner', 'other'],
    }),
    anInput({
      name: 'password',
      type: 'secret',
      label: 'Password of the sender',
      help: 'At least 12 characters.',
      generate: true,
    }),
  ],
  steps: titles.map(([id, title]) =>
    bareStep({ id, title, optional: ['prepare-system', 'ipv6', 'receive-mail'].includes(id), ...parts[id] }),
  ),
  digest: '9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de',
};

/** What a test's session is to be like; what is not said is as at `install-chasquid`, about to be run. */
export interface GivenView extends Partial<Omit<SessionView, 'checkpoints'>> {
  /** States by step id. */
  readonly states?: Readonly<Record<string, CheckpointState>>;
  /** Anything else about checkpoints, by step id. */
  readonly checkpoints?: Readonly<Record<string, Partial<Checkpoint>>>;
}

const proven = { kind: 'proven', warning: false, at: '2026-11-24T12:31:00.000Z' } as const;

/** A session in the middle: eight checkpoints proven, one of them with a warning, one skipped. */
export function aSessionView({ states = {}, checkpoints = {}, ...given }: GivenView = {}): SessionView {
  const guide = given.guide ?? smtpGuide;
  const ids = guide.steps.map(({ id }) => id);
  const at = ids.indexOf('install-chasquid');
  const usual = (id: string, index: number): CheckpointState => {
    if (id === 'ipv6') return { kind: 'skipped', reason: 'the provider has none' };
    if (id === 'open-ports') return { ...proven, warning: true };
    return index < at ? proven : { kind: 'todo' };
  };
  return {
    guide,
    session: {
      guide: guide.id,
      target: 'root@smtp.example.com',
      createdAt: noon,
      inputs: {},
      steps: {},
      events: 40,
      lastAt: noon,
    },
    values: { domain: 'example.com', hostname_fqdn: 'smtp.example.com', contact: 'me@example.com', provider: 'ipcore' },
    connection: {
      kind: 'connected',
      user: 'root',
      address: '203.0.113.10',
      port: 22,
      hostKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDJPyu0NFKxJ3wS9E8' },
      privilege: 'root',
    },
    gate: null,
    question: null,
    activity: {},
    hints: {},
    notice: null,
    broken: null,
    ...given,
    checkpoints: guide.steps.map((step, index) => ({
      number: index + 1,
      id: step.id,
      title: step.title,
      optional: step.optional,
      state: states[step.id] ?? usual(step.id, index),
      evidence: [],
      ...checkpoints[step.id],
    })),
  };
}
