import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Verdict } from '../../src/probe/evidence.ts';
import { plan } from './addresses.ts';
import { timesOn } from './chasquid-steps.ts';
import { type Faults, faultsIn } from './faults/faults.ts';
import type { FaultName } from './faults/names.ts';
import { serverName } from './first-checkpoints.ts';
import type { Suite } from './packages.ts';
import { type Called, untrueIn as untrueOf } from './part-of-guide.ts';
import { type SenderStage, sender, senderSteps, setSenderStage } from './sender-stage.ts';

/** What is to be seen of a fault: each evidence that is no longer true, and what its remedy must say. */
type Seen = readonly (readonly [probe: string, verdict: Verdict, remedy: RegExp])[];

const folder = '/etc/chasquid/domains/example.com';
const spf = 'spf: mail spf example.com';
const dmarc = 'dmarc: mail dmarc example.com';
const login = (port: number) => `add-sender: smtp ${serverName}:${port} login`;
const noLogin = [
  [login(465), 'false', /Run this checkpoint, which has it read its senders again/],
  [login(587), 'false', /take the password after it/],
] as const;
/** Of the published key, whose name is made on the server: in the place of KEY. */
const published = (remedy: RegExp, signed: RegExp): Seen => [
  ['dkim: mail dkim KEY', 'false', remedy],
  ['dkim: mail signed example.com', 'false', signed],
];

/** What both ways of signing have in common. */
const faultsOfAll: Partial<Record<FaultName, Seen>> = {
  'dkim-key-of-root': [['dkim: sh verify', 'false', /chown root:chasquid and chmod 0640 on that file/]],
  'dkim-cut-off': published(/quoted parts of at most that/, /publish that of the server/),
  'spf-without-ipv6': [[spf, 'false', /value “v=spf1 ip6:2001:db8:113::10 ip4:203\.0\.113\.10 ~all”/]],
};

/** What is tried on the one suite that is tried whole. */
const faultsOfOne: Partial<Record<FaultName, Seen>> = {
  'users-of-root': [['add-sender: sh verify', 'false', /chown chasquid .*users/], ...noLogin],
  'sender-unseen': noLogin,
  'dkim-program-gone': [['dkim: sh verify', 'false', /package python3-dkim/]],
  'dkim-name-doubled': published(/enter the name without it/, /publish that of the server/),
  'dkim-name-bare': published(/_domainkey/, /publish that of the server/),
  'spf-missing': [[spf, 'false', /“v=spf1 ip4:203\.0\.113\.10 ip6:2001:db8:113::10 ~all”, and no other SPF record/]],
  'spf-twice': [[spf, 'false', /“v=spf1 .*a:smtp\.example\.com.*”, and no other SPF record/]],
  'spf-too-deep': [[spf, 'false', /^Put ip4: and ip6: in the place of includes, a and mx, and take out[^“]*$/]],
  'dmarc-reports-unasked': [[dmarc, 'false', /example\.com\._report\._dmarc\.example\.net with the value v=DMARC1/]],
};

const suites = [
  { suite: 'bookworm', by: 'the hook', isWhole: true },
  { suite: 'trixie', by: 'chasquid', isWhole: false },
] as const satisfies readonly { readonly suite: Suite; readonly by: string; readonly isWhole: boolean }[];

// The tests of one suite are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(suites)('a sender on $suite', ({ suite, by, isWhole }) => {
  let stage: SenderStage;
  let faults: Faults;
  /** The name under which the server's key is to be published. */
  let keyName = '';
  /** Every evidence that is not true while nothing is broken. */
  let usual: readonly string[];

  beforeAll(async () => {
    stage = await setSenderStage(suite);
    faults = faultsIn(stage);
  });
  afterAll(() => stage?.remove());

  it('is not found true before anything is done', async () => {
    const seen = await stage.check();
    expect(statesIn(seen)).toEqual(['todo', 'todo', 'todo', 'blocked']);
    expect(untrueIn(seen)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^add-sender: sh verify: false: there is no sender at example\.com yet/),
        expect.stringMatching(/^dkim: sh verify: false: .* so mail goes out unsigned/),
        expect.stringMatching(/^spf: mail spf example\.com: false/),
        expect.stringMatching(/^spf: mail spf smtp\.example\.com: false/),
        expect.stringMatching(/^dmarc: mail dmarc example\.com: false/),
      ]),
    );
  });

  it('is added, and logs in over the network at once', async () => {
    const { told, printed } = await stage.run('add-sender');
    expect(told.get('add-sender')?.state.kind, printed).toBe('proven');
    const probes = (told.get('add-sender')?.evidence ?? []).map(({ probe, verdict }) => `${probe} ${verdict}`);
    expect(probes).toEqual(expect.arrayContaining([`smtp ${serverName}:587 lacks before TLS true`]));
    expect(probes.filter((text) => text.includes(' login '))).toEqual(
      [465, 465, 587, 587].map((port) => `smtp ${serverName}:${port} login true`),
    );
    expect(await stage.shell(`stat -c '%U:%G %a' ${folder}/users`)).toBe('chasquid:chasquid 640');
  });

  it('keeps its password from all that is printed and saved', async () => {
    const spellings = [sender.password, Buffer.from(sender.password).toString('base64').slice(2, -4)];
    const { printed } = await stage.check();
    const saved = filesBelow(stage.lab.operator.environment.XDG_STATE_HOME ?? '');
    expect(saved.join('')).toContain('add-sender');
    for (const text of [printed, ...saved]) for (const spelling of spellings) expect(text).not.toContain(spelling);
    expect(await stage.shell('journalctl --no-pager | grep -F "long\\\\n" || true')).toBe('');
  });

  it('has a key made, and the record told in both spellings', async () => {
    const first = await stage.run('dkim');
    expect(first.told.get('dkim')?.state.kind).toBe('failed');
    expect(untrueIn(first).join('\n')).toMatch(/There is no DKIM key at \d{8}\._domainkey\.example\.com/);

    const record = (await stage.records()).find(({ step }) => step === 'dkim');
    keyName = record?.name ?? '';
    const table = await stage.dns();
    expect(record?.strings.map(({ length }) => length)).toEqual([255, 155]);
    expect(table).toContain(`TXT   3600  ${record?.value}\n`);
    expect(table).toMatch(/ in parts:\n"[^"]{255}" "[^"]{155}"$/);
    expect(await stage.dns('--zone')).toContain(`"${record?.strings.join('" "')}"`);
  });

  it('has its records proven once they are published', async () => {
    for (const step of ['dkim', 'spf', 'dmarc'] as const) {
      await stage.publish(step);
      const { told, printed } = await stage.run(step);
      expect(told.get(step)?.state.kind, printed).toBe('proven');
    }
    const seen = await stage.check();
    expect(statesIn(seen)).toEqual(['proven', 'proven', 'proven', 'proven']);
    const observed = (seen.told.get('dkim')?.evidence ?? []).map((evidence) => evidence.observed);
    expect(observed[0]).toMatch(new RegExp(`^${by} signs with a key of 2048 bits, selector \\d{8}$`));
    expect(observed.at(-1)).toMatch(/^the signature of example\.com \(selector \d{8}\) verifies$/);
    usual = untrueIn(seen);
    expect(usual).toEqual([]);
  });

  it('has its mail signed by the running server, and believed by another', async () => {
    const { mailbox } = stage.world.gmail;
    const letter = `From: <${sender.address}>
To: <${mailbox.address}>
Subject: the-first-letter
Date: ${new Date().toUTCString()}
Message-ID: <the-first-letter@example.com>

The pigeon has left.
`;
    // curl reads the password from standard input (-K), and the letter from a file.
    const login = `user = "${sender.address}:${sender.password.replaceAll(/["\\]/g, '\\$&')}"\n`;
    const words = ['-sS', '-k', '--mail-from', sender.address, '--mail-rcpt', mailbox.address, '-K', '-', '-T'];
    const { network } = stage.lab;
    const file = join(network.folder, 'letter');
    await network
      .host('operator')
      .exec('sh', ['-c', 'cat >"$1"', 'letter', file], { input: letter.replaceAll('\n', '\r\n') });
    await network.host('operator').exec('curl', [...words, file, `smtps://${serverName}:465`], { input: login });
    const arrived = (await stage.world.gmail.arrival('the-first-letter')).replaceAll(/\r?\n[ \t]+/g, ' ');
    expect(arrived).toMatch(/dkim=pass [^\n]*header\.d=example\.com/);
    expect(arrived).toMatch(/spf=pass/i);
    expect(arrived).toMatch(/dmarc=pass/);
  });

  it('is not touched by a second run', async () => {
    const before = await timesOn(stage.vps);
    for (const step of senderSteps) await stage.run(step);
    for (const step of ['add-sender', 'dkim'] as const) expect(await stage.script(step, 'run')).toBe('');
    expect(await timesOn(stage.vps)).toBe(before);
  });

  it('is content with a record that is right in another way', async () => {
    const { world } = stage;
    await world.retract({ name: 'example.com', type: 'TXT' });
    const merged = `"v=spf1 ip4:192.0.2.77 ip4:${plan.vps.ipv4} ip6:${plan.vps.ipv6} -all"`;
    await world.publish({ name: 'example.com', type: 'TXT', value: merged });
    await world.retract({ name: '_dmarc.example.com', type: 'TXT' });
    const strict = '"v=DMARC1; p=reject; rua=mailto:dmarc@example.com"';
    await world.publish({ name: '_dmarc.example.com', type: 'TXT', value: strict });
    const seen = await stage.check();
    await world.retract({ name: 'example.com', type: 'TXT' });
    await world.retract({ name: '_dmarc.example.com', type: 'TXT' });
    for (const { step, name, value } of await stage.records()) {
      if (name === 'example.com' || step === 'dmarc') await world.publish({ name, type: 'TXT', value: `"${value}"` });
    }
    expect(untrueIn(seen)).toEqual([]);
  });

  const tried = { ...faultsOfAll, ...(isWhole ? faultsOfOne : {}) };
  const names = Object.keys(tried) as readonly FaultName[];
  it.each(names)('is told for what it is where %s was injected, and nothing else turns red', async (name) => {
    const expected = (tried[name] ?? []).map(([what, ...rest]) => [what.replace('KEY', keyName), ...rest] as const);
    const takeBack = await faults.inject(name);
    const broken = untrueIn(await stage.check());
    await takeBack();
    const seen = new Set(broken.map((text) => text.split(/: (?=(?:false|unknown|warning|not-yet): )/, 1)[0]));
    expect(seen, broken.join('\n')).toEqual(new Set(expected.map(([what]) => what)));
    for (const [what, verdict, remedy] of expected) {
      for (const text of broken.filter((one) => one.startsWith(`${what}: `))) {
        expect(text).toMatch(new RegExp(`^.{${what.length}}: ${verdict}: `));
        expect(text.split(' | ').at(-1)).toMatch(remedy);
      }
    }
  });

  it('is as it was after all of them', async () => {
    expect(untrueIn(await stage.check())).toEqual(usual);
  });

  it.runIf(!isWhole)('has chasquid started again, which could not read its senders and had given up', async () => {
    await faults.inject('users-of-root');
    const broken = await stage.check();
    expect(untrueIn(broken).join('\n')).toMatch(
      /sh verify: false: chasquid cannot read .* from 1\.15 on chasquid ends/,
    );
    expect(await stage.shell('systemctl is-failed chasquid.service')).toBe('failed');

    const { told, printed } = await stage.run('add-sender');
    expect(told.get('add-sender')?.state.kind, printed).toBe('proven');
    expect(untrueIn(await stage.check())).toEqual([]);
  });

  it.runIf(isWhole && inject('noSidHere') === '')(
    'goes on with the same key when a newer chasquid signs by itself',
    async () => {
      const before = await stage.records();
      await stage.shell(newestChasquid);
      const red = await stage.check();
      expect(untrueIn(red)).toEqual([
        expect.stringMatching(/^dkim: sh verify: false: there is no DKIM key for example\.com/),
      ]);

      const { told, printed } = await stage.run('dkim');
      expect(told.get('dkim')?.state.kind, printed).toBe('proven');
      expect(printed).not.toMatch(/made a key/);
      expect(await stage.records()).toEqual(before);
      expect(untrueIn(await stage.check())).toEqual([]);
    },
  );

  it('is taken back by undo, and comes back as it was', async () => {
    const key = (await stage.records()).find(({ step }) => step === 'dkim')?.value;
    await stage.script('dkim', 'undo');
    await stage.script('add-sender', 'undo');
    const red = await stage.check();
    expect(statesIn(red)).toEqual(['failed', 'failed', 'proven', 'proven']);
    expect(untrueIn(red).map((text) => text.split(' false: ')[0])).toEqual([
      'add-sender: sh verify:',
      `${login(465)}:`,
      `${login(587)}:`,
      'dkim: sh verify:',
    ]);
    expect(await stage.shell(`ls -A ${folder}; ls /etc/chasquid/certs`)).toBe(`README.certs\n${serverName}`);

    for (const step of ['add-sender', 'dkim'] as const) {
      const { told, printed } = await stage.run(step);
      expect(told.get(step)?.state.kind, printed).toBe('proven');
    }
    expect((await stage.records()).find(({ step }) => step === 'dkim')?.value).toBe(key);
  });
});

/** The newest chasquid from Debian's sid, as the step that installs it takes it. */
const newestChasquid = `printf '%s\\n' 'Package: *' 'Pin: release o=Debian,n=sid' 'Pin-Priority: -1' '' \\
  'Package: chasquid' 'Pin: release o=Debian,n=sid' 'Pin-Priority: 990' >/etc/apt/preferences.d/sid
echo 'deb http://deb.debian.org/debian sid main' >/etc/apt/sources.list.d/sid.list
apt-get -q update
apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install chasquid
chasquid -version | grep -F 'chasquid 1.19'
systemctl restart chasquid`;

function statesIn({ told }: Called): readonly (string | undefined)[] {
  return senderSteps.map((step) => told.get(step)?.state.kind);
}

/** Every evidence that is not true: its step and probe, what was seen, and what is to be done. */
function untrueIn({ told }: Called): readonly string[] {
  return senderSteps.flatMap((step) => untrueOf(told.get(step)?.evidence ?? []).map((text) => `${step}: ${text}`));
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
