import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFormats } from '../../src/report/formats.ts';
import { reportSchema } from '../../src/report/report.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { journalLine } from '../../src/session/scan.ts';
import { aProgram, type Program } from '../cli/a-program.ts';
import { aDirectory, everythingIn } from '../session/a-session.ts';
import { sshdAvailable } from '../sshd.ts';
import { aSavedSession } from './a-saved-session.ts';
import { aWorkedSession, plantedSecret } from './a-worked-session.ts';

let program: Program;
beforeAll(async () => {
  program = await aProgram();
});
afterAll(() => program.remove());

describe.skipIf(!sshdAvailable())('a report of a session on a real server', () => {
  it('tells what was proven, run and seen, by whom, and nothing secret, in every form', async () => {
    const { state, target, ran } = await aWorkedSession(program);
    expect(ran.status).toBe(1);
    const sessions = join(state, 'brevduva', 'sessions');
    const before = everythingIn(sessions);

    const json = await program.call(['report', target, '--format', 'json'], { state });
    expect(json.status).toBe(1);
    const told = reportSchema.parse(JSON.parse(json.out));
    expect(told.checkpoints.map((checkpoint) => checkpoint.state)).toEqual(['proven', 'proven', 'failed', 'blocked']);
    const [one, account, hostile] = told.checkpoints;
    expect(one?.commands[0]).toMatchObject({ variables: { DOMAIN: 'example.com' }, secrets: [] });
    expect(account?.commands[0]?.secrets).toEqual(['password']);
    expect(one?.looked?.hostKeyFingerprint).toMatch(/^SHA256:/);
    expect(one?.looked?.hostKeyFingerprint).toBe(told.session.hostKey?.fingerprint);
    expect(one?.evidence[0]).toMatchObject({ verdict: 'true', observed: 'one is there', vantage: 'target' });
    const [attempt] = one?.attempts ?? [];
    expect(attempt).toMatchObject({ by: expect.stringMatching(/.@./), end: { kind: 'exited', status: 0 } });
    expect(attempt?.output).toEqual({ bytes: 27, sha256: sha256('making one for example.com\n') });
    expect(hostile?.evidence[0]?.remedy).toMatch(/^<script>alert\(1\)/);
    expect(told.records.zone).toContain('example.com. 3600 IN MX 10 mx.example.com.');
    expect(told.timeline.map(({ sentence }) => sentence)).toContain('A step: the action ended with status 0.');

    for (const [format, write] of Object.entries(reportFormats)) {
      const out = write(told);
      expect(out, format).toContain('one is there');
      for (const spelling of spellings(plantedSecret)) expect(out, format).not.toContain(spelling);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
      expect(out, format).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
    expect(everythingIn(sessions)).toEqual(before);
  }, 120_000);
});

describe('where the report goes', () => {
  it('to standard output, or to a file that only its owner can read', async () => {
    const state = aDirectory();
    await aSavedSession({ state });
    const file = join(aDirectory(), 'report.md');
    const printed = await program.call(['report', 'root@vps'], { state });
    expect(printed.out).toMatch(/^# A guide: `root@vps`/);
    const written = await program.call(['report', 'root@vps', '--output', file], { state });
    expect(written).toEqual({ status: 1, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^# A guide: `root@vps`/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('over a file of the same name only by --force, and then for its owner only', async () => {
    const state = aDirectory();
    await aSavedSession({ state });
    const folder = aDirectory();
    const file = join(folder, 'report.md');
    writeFileSync(file, 'mine', { mode: 0o644 });
    const refused = await program.call(['report', '--output', file], { state });
    expect(refused.err).toContain(`${file}: There is a file of this name already`);
    expect(refused.status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await program.call(['report', '--output', file, '--force'], { state })).status).toBe(1);
    expect(readFileSync(file, 'utf8')).toMatch(/^# A guide/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['report.md']);
  });

  it('never in the place of what is no file', async () => {
    const state = aDirectory();
    await aSavedSession({ state });
    const link = join(aDirectory(), 'link');
    symlinkSync('/dev/null', link);
    const { err, status } = await program.call(['report', '--output', link, '--force'], { state });
    expect(err).toMatch(/no ordinary file.*\n {2}Give the name of a file/);
    expect(status).toBe(2);
  });
});

describe('--verify', () => {
  it('tells a changed report or journal from an untouched one', async () => {
    const state = aDirectory();
    const { directory } = await aSavedSession({ state });
    const journal = join(directory, 'events.jsonl');
    const file = join(aDirectory(), 'report');
    await program.call(['report', '--format', 'md', '--output', file], { state });
    const untouched = await program.call(['report', '--verify', file], { state });
    expect(untouched.out).toBe(
      'The report is as it was made, and so is the journal of guide--root@vps. Nothing has happened since.',
    );
    expect(untouched.status).toBe(0);

    const elsewhere = await program.call(['report', '--verify', file], { state: aDirectory() });
    expect(elsewhere.out).toMatch(/as it was made\. No saved session here has the journal/);
    expect(elsewhere.status).toBe(3);

    const events = readFileSync(journal, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line.replace(/\t.*/, '')));
    writeFileSync(
      journal,
      rechained(events.map((event) => (event.by === undefined ? event : { ...event, by: 'eve@x' }))),
    );
    const rewritten = await program.call(['report', 'root@vps', '--verify', file], { state });
    expect(rewritten.out).toMatch(/the journal of guide--root@vps does not begin with what it was made from/);
    expect(rewritten.status).toBe(1);

    writeFileSync(file, readFileSync(file, 'utf8').replace('**To do**', '**Proven**'));
    const changed = await program.call(['report', '--verify', file], { state });
    expect(changed).toMatchObject({ out: 'The report was changed after it was made.', status: 1 });
  }, 120_000);

  it('refuses what is no report, and what is not there', async () => {
    const folder = aDirectory();
    writeFileSync(join(folder, 'file'), 'no report');
    for (const [name, why] of [
      ['file', /no report of Brevduva: it has no seal\.\n {2}Give a file/],
      ['none', /The report cannot be read\.\n {2}Give the path/],
    ] as const) {
      const { err, status } = await program.call(['report', '--verify', join(folder, name)], { state: folder });
      expect(err).toMatch(why);
      expect(status).toBe(2);
    }
  });
});

describe('the help of report', () => {
  it('tells its options, its exit statuses, and what makes tests red', async () => {
    const { status, out } = await program.call(['report', '--help'], { state: aDirectory() });
    expect(status).toBe(0);
    for (const word of ['--format', '--output', '--force', '--verify', 'Exit status', 'JUnit and TAP']) {
      expect(out).toContain(word);
    }
  });
});

describe('the exit status of a report', () => {
  it('is that of the checkpoints', async () => {
    const state = aDirectory();
    await aSavedSession({ state, events: 'all-proven' });
    const { status, out } = await program.call(['report'], { state });
    expect(out).toContain('2 of 2 checkpoints are proven, and nothing is open.');
    expect(status).toBe(0);
  });
});

describe('bad input of report gets one sentence, a remedy, and 2', () => {
  const saved = async () => {
    const state = aDirectory();
    const { directory } = await aSavedSession({ state });
    return { state, journal: join(directory, 'events.jsonl') };
  };

  it('a form that it has not', async () => {
    const { err, status } = await program.call(['report', '--format', 'pdf'], { state: aDirectory() });
    expect(err).toMatch(/cannot be written as “pdf”\.\n {2}Give --format one of html, md, json, junit, tap\./);
    expect(status).toBe(2);
  });

  it('no session at all', async () => {
    const { err, status } = await program.call(['report'], { state: aDirectory() });
    expect(err).toMatch(/no saved session yet\.\n.*brevduva setup/);
    expect(status).toBe(2);
  });

  it('a session that is not there', async () => {
    const { state } = await saved();
    const { err, status } = await program.call(['report', 'other'], { state });
    expect(err).toMatch(/no saved session of “other”\.\n {2}The saved sessions are guide--root@vps/);
    expect(status).toBe(2);
  });

  it('a damaged journal', async () => {
    const { state, journal } = await saved();
    appendFileSync(journal, 'garbage\nmore\n');
    const { out, err, status } = await program.call(['report', 'root@vps'], { state });
    expect(err).toMatch(/events\.jsonl:\d+: The session's journal is damaged.*\n {2}Restore.*--salvage/);
    expect({ out, status }).toEqual({ out: '', status: 2 });
  });

  it('but a line that is being written is no damage', async () => {
    const { state, journal } = await saved();
    appendFileSync(journal, '{"half');
    expect((await program.call(['report', 'root@vps'], { state })).status).toBe(1);
    expect(readFileSync(journal, 'utf8')).toMatch(/\{"half$/);
  });

  it('a guide that is gone', async () => {
    const state = aDirectory();
    const { guide } = await aSavedSession({ state });
    writeFileSync(guide.path('runbook/guide.md'), 'no guide');
    const { err, status } = await program.call(['report', 'root@vps'], { state });
    expect(err.split('\n').length).toBeGreaterThan(1);
    expect(status).toBe(2);
  });

  it('a folder that is not there, or a folder in the place of the file', async () => {
    const { state } = await saved();
    const folder = aDirectory();
    mkdirSync(join(folder, 'inner'));
    for (const [output, why] of [
      [join(folder, 'none', 'report.md'), /no such file or directory\.\n {2}Give --output a file in a folder/],
      [join(folder, 'inner'), /There is a file of this name already/],
    ] as const) {
      const { err, status } = await program.call(['report', '--output', output], { state });
      expect(err).toMatch(why);
      expect(status).toBe(2);
    }
  });
});

/** A journal as somebody would forge it: each line with a checksum that fits. */
function rechained(events: readonly SessionEvent[]): string {
  let checksum = '';
  return events
    .map((event) => {
      const next = journalLine(event, checksum);
      checksum = next.checksum;
      return next.line;
    })
    .join('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function spellings(secret: string): readonly string[] {
  const escaped = secret.replaceAll('&', '&amp;');
  return [secret, escaped, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
}
