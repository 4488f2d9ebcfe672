import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadGuide } from '../../src/guide/load.ts';
import { sessionName } from '../../src/session/directory.ts';
import type { NewEvent } from '../../src/session/events.ts';
import { pinning } from '../../src/session/gates.ts';
import { openSession } from '../../src/session/open.ts';
import { aGuide, aStep, type GuideFolder } from '../guide/a-guide.ts';
import { aDirectory } from '../session/a-session.ts';
import { aProgram, jsonLines, type Program } from './a-program.ts';

let program: Program;
beforeAll(async () => {
  program = await aProgram();
});
afterAll(() => program.remove());

const inputs = ['domain: {type: domain, label: Domain}', 'ipv4: {type: ip, label: Address, optional: true}'];
const key = 'A'.repeat(392);

const compared = ['```yaml verify', '- dns: {records: true}', '```'];

/** A guide with a name, its addresses, a reverse name, and a key that a checkpoint gives. */
function aMailGuide(): Promise<GuideFolder> {
  return aGuide(
    {
      'name-server': aStep([
        ...compared,
        '```yaml records',
        "- {name: 'smtp.{{domain}}', type: A, value: '{{ipv4}}', ttl: 300, when: ipv4}",
        "- {name: '{{domain}}', type: MX, value: 'smtp.{{domain}}', priority: 10}",
        '```',
      ]),
      'reverse-dns': aStep([
        ...compared,
        '```yaml records',
        "- {name: '{{ipv4}}', type: PTR, value: 'smtp.{{domain}}', when: ipv4}",
        '```',
      ]),
      dkim: aStep(
        [
          ...compared,
          '```yaml records',
          "- {name: 's1._domainkey.{{domain}}', type: TXT, value: 'v=DKIM1; k=rsa; p={{dkim_key}}'}",
          '```',
        ],
        ['gives: [dkim_key]'],
      ),
    },
    inputs,
  );
}

interface SavedMaking {
  readonly state: string;
  readonly guide: Pick<GuideFolder, 'load'>;
  readonly target?: string;
  readonly values?: Readonly<Record<string, string>>;
  /** What the step dkim gave. */
  readonly dkimKey?: string;
}

/** A session as an earlier run left it, with no connection ever made. */
async function aSavedSession({
  state,
  guide,
  target = 'root@vps',
  values = {},
  dkimKey,
}: SavedMaking): Promise<string> {
  const loaded = await guide.load();
  const { journal } = openSession({
    guide: loaded,
    target,
    sessions: join(state, 'brevduva', 'sessions'),
    by: 'tester@here',
    version: '0',
    now: () => new Date(),
    salvage: false,
    ssh: null,
  });
  const events: readonly NewEvent[] = [
    pinning(loaded),
    ...Object.entries(values).map(([name, value]): NewEvent => ({ kind: 'input-set', name, value })),
    ...(dkimKey === undefined ? [] : gave('dkim', { dkim_key: dkimKey })),
  ];
  for (const event of events) journal.append(event);
  journal.close();
  return sessionName(loaded.id, target);
}

function gave(step: string, outputs: Readonly<Record<string, string>>): readonly NewEvent[] {
  const attempt = '0123';
  return [
    { kind: 'attempt-intended', attempt, step, purpose: 'run', script: '' },
    { kind: 'attempt-ended', attempt, outcome: { kind: 'exited', status: 0, cancelled: false }, bytes: 0, outputs },
  ];
}

const given = { domain: 'example.com', ipv4: '203.0.113.10' };

describe('dns', () => {
  it('prints the records of a saved session as a table, with a long value in parts as well', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: given, dkimKey: key });
    const { status, out } = await program.call(['dns', 'root@vps'], { state });
    const value = `v=DKIM1; k=rsa; p=${key}`;
    expect(out.split('\n')).toEqual([
      'NAME                       TYPE  TTL   VALUE',
      'smtp.example.com           A     300   203.0.113.10',
      'example.com                MX    3600  10 smtp.example.com',
      '203.0.113.10               PTR   3600  smtp.example.com',
      `s1._domainkey.example.com  TXT   3600  ${value}`,
      '',
      'Where the panel takes only 255 characters, the value of s1._domainkey.example.com in parts:',
      `"${value.slice(0, 255)}" "${value.slice(255)}"`,
    ]);
    expect(status).toBe(0);
  });

  it('prints a zone file, each checkpoint under its title, TXT split at 255', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: given, dkimKey: key });
    const { out } = await program.call(['dns', 'root@vps', '--zone'], { state });
    const value = `v=DKIM1; k=rsa; p=${key}`;
    expect(out.split('\n')).toEqual([
      '; A step',
      'smtp.example.com. 300 IN A 203.0.113.10',
      'example.com. 3600 IN MX 10 smtp.example.com.',
      '; A step',
      '10.113.0.203.in-addr.arpa. 3600 IN PTR smtp.example.com.',
      '; A step',
      `s1._domainkey.example.com. 3600 IN TXT "${value.slice(0, 255)}" "${value.slice(255)}"`,
    ]);
  });

  it('speaks JSON, one record a line', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: given, dkimKey: key });
    const { out } = await program.call(['dns', 'root@vps', '--json'], { state });
    const told = jsonLines(out);
    expect(told).toHaveLength(4);
    expect(told[1]).toEqual({
      kind: 'record',
      step: 'name-server',
      name: 'example.com',
      type: 'MX',
      ttl: 3600,
      priority: 10,
      value: 'smtp.example.com',
    });
    expect(told[2]).toMatchObject({ name: '10.113.0.203.in-addr.arpa', type: 'PTR' });
    expect(told[3]?.strings).toEqual([`v=DKIM1; k=rsa; p=${key}`.slice(0, 255), `v=DKIM1; k=rsa; p=${key}`.slice(255)]);
  });

  it('leaves out what has no value for its when, and tells what waits for a checkpoint', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: { domain: 'example.com' } });
    const { status, out, err } = await program.call(['dns', 'root@vps', '--json'], { state });
    expect(jsonLines(out).map(({ type }) => type)).toEqual(['MX']);
    expect(err).toBe('Left out: TXT s1._domainkey.{{domain}} (dkim) waits for dkim_key.');
    expect(status).toBe(0);
  });

  it('takes the session used last where none is named, and says which', async () => {
    const state = aDirectory();
    const guide = await aMailGuide();
    await aSavedSession({ state, guide, target: 'root@old', values: { domain: 'old.example' } });
    const name = await aSavedSession({ state, guide, target: 'root@new', values: { domain: 'new.example' } });
    const { out, err } = await program.call(['dns', '--json'], { state });
    expect(jsonLines(out)[0]).toMatchObject({ name: 'new.example' });
    expect(err).toContain(`The session used last: ${name}`);
    const named = await program.call(['dns', sessionName('guide', 'root@old'), '--json'], { state });
    expect(jsonLines(named.out)[0]).toMatchObject({ name: 'old.example' });
  });

  it('writes names with other letters as the DNS has them', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: { domain: 'bücher.example' } });
    const { out } = await program.call(['dns', 'root@vps', '--zone'], { state });
    expect(out).toContain('xn--bcher-kva.example. 3600 IN MX 10 smtp.xn--bcher-kva.example.');
  });

  it('leaves the session as it was, also while another process has it open', async () => {
    const state = aDirectory();
    const guide = await aMailGuide();
    const name = await aSavedSession({ state, guide, values: given });
    const sessions = join(state, 'brevduva', 'sessions');
    const journalFile = join(sessions, name, 'events.jsonl');
    const before = readFileSync(journalFile);
    const { journal } = openSession({
      guide: await loadGuide(guide.path('runbook/guide.md'), { shippedDirectory: guide.directory }),
      target: 'root@vps',
      sessions,
      by: 'other@here',
      version: '0',
      now: () => new Date(),
      salvage: false,
      ssh: null,
    });
    try {
      const opened = readFileSync(journalFile);
      expect(opened.length).toBeGreaterThan(before.length);
      expect((await program.call(['dns', 'root@vps'], { state })).status).toBe(0);
      expect(readFileSync(journalFile)).toEqual(opened);
    } finally {
      journal.close();
    }
  });

  it('prints the records of the guide that comes with Brevduva', async () => {
    const state = aDirectory();
    const shipped = { load: () => loadGuide('smtp', { shippedDirectory: join(import.meta.dirname, '..', '..') }) };
    await aSavedSession({ state, guide: shipped, target: 'vps', values: { ...given, ipv6: '2001:db8:17::25' } });
    const { status, out } = await program.call(['dns', 'vps', '--zone'], { state });
    expect(out).toContain('smtp.example.com. 300 IN A 203.0.113.10');
    expect(out).toContain('smtp.example.com. 300 IN AAAA 2001:db8:17::25');
    expect(status).toBe(0);
  });
});

describe('bad input of dns gets one sentence and 2', () => {
  it('no session at all', async () => {
    const state = aDirectory();
    const { status, err } = await program.call(['dns'], { state });
    expect(err).toMatch(/no saved session yet\.\n.*brevduva setup user@host/);
    expect(status).toBe(2);
    expect(existsSync(join(state, 'brevduva'))).toBe(false);
  });

  it('a session that is not there, with those that are', async () => {
    const state = aDirectory();
    const name = await aSavedSession({ state, guide: await aMailGuide(), values: given });
    const { status, err } = await program.call(['dns', 'other'], { state });
    expect(err).toContain(`There is no saved session of “other”.\n  The saved sessions are ${name}.`);
    expect(status).toBe(2);
  });

  it('a target with two sessions, each to be named', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide(), values: given });
    const sessions = join(state, 'brevduva', 'sessions');
    const other = await loadGuide('smtp', { shippedDirectory: join(import.meta.dirname, '..', '..') });
    const options = { by: 'x@y', version: '0', now: () => new Date(), salvage: false, ssh: null };
    openSession({ guide: other, target: 'root@vps', sessions, ...options }).journal.close();
    const { status, err } = await program.call(['dns', 'root@vps'], { state });
    expect(err).toMatch(/more than one session of “root@vps”[\s\S]*guide--root@vps/);
    expect(status).toBe(2);
  });

  it('a session without the values that every record needs', async () => {
    const state = aDirectory();
    await aSavedSession({ state, guide: await aMailGuide() });
    const { status, err } = await program.call(['dns', 'root@vps'], { state });
    expect(err).toMatch(/no value for domain, dkim_key\.\n.*brevduva setup root@vps/);
    expect(status).toBe(2);
  });

  it('two forms at once', async () => {
    const { status, err } = await program.call(['dns', '--zone', '--json'], { state: aDirectory() });
    expect(err).toMatch(/exclude each other/);
    expect(status).toBe(2);
  });

  it('a damaged journal: what can be read is printed, and the damage told', async () => {
    const state = aDirectory();
    const name = await aSavedSession({ state, guide: await aMailGuide(), values: given });
    const sessions = join(state, 'brevduva', 'sessions');
    expect(readdirSync(sessions)).toEqual([name]);
    appendFileSync(join(sessions, name, 'events.jsonl'), 'garbage\nmore\n');
    const { status, out, err } = await program.call(['dns', 'root@vps'], { state });
    expect(out).toContain('smtp.example.com');
    expect(err).toMatch(/journal of this session is damaged/);
    expect(status).toBe(0);
  });
});
