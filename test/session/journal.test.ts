import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listSessions, sessionName, sessionsDirectory } from '../../src/session/directory.ts';
import { JournalError } from '../../src/session/error.ts';
import type { NewEvent } from '../../src/session/events.ts';
import { openJournal } from '../../src/session/journal.ts';
import { salvageJournal } from '../../src/session/salvage.ts';
import { journalLine, scanJournal } from '../../src/session/scan.ts';
import { bundleProgram } from '../program.ts';
import { probed, ran, stamped } from './events.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'brevduva-journal-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

let writer = '';
let rival = '';
beforeAll(async () => {
  writer = await bundleProgram(join(import.meta.dirname, 'journal-writer.ts'));
  rival = await bundleProgram(join(import.meta.dirname, 'lock-rival.ts'));
});
afterAll(() => {
  for (const program of [writer, rival]) rmSync(dirname(program), { recursive: true, force: true });
});

const now = () => new Date('2026-05-01T10:00:00Z');
const created: NewEvent = { kind: 'session-created', format: 1, guide: 'g', target: 'server' };
const journalFile = () => join(directory, 's', 'events.jsonl');
const open = () => openJournal({ directory: join(directory, 's'), now });

function journalText(): Buffer {
  const events = stamped([created, probed('one', 'false'), ...ran('one', 0), probed('one', 'true')]);
  let checksum = '';
  const lines = events.map((event) => {
    const next = journalLine(event, checksum);
    checksum = next.checksum;
    return next.line;
  });
  return Buffer.from(lines.join(''));
}

describe('a journal', () => {
  it('gives back, in order, what was appended', () => {
    const journal = open();
    journal.append(created);
    journal.append(probed('one', 'true'));
    journal.close();
    const again = open();
    expect(again.past.map(({ kind }) => kind)).toEqual(['session-created', 'probed']);
    again.close();
  });

  it('keeps its directory and files to their owner', () => {
    const journal = open();
    journal.append(created);
    journal.close();
    expect(statSync(join(directory, 's')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(directory, 's'))) {
      expect([name, statSync(join(directory, 's', name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('reads any cut of itself as a beginning of itself, and says that it is torn', () => {
    const whole = journalText();
    const all = scanJournal(whole).events;
    for (let length = 0; length < whole.length; length += 1) {
      const scanned = scanJournal(whole.subarray(0, length));
      expect(scanned.damage).toEqual([]);
      expect(scanned.events).toEqual(all.slice(0, scanned.events.length));
      expect(scanned.torn).toBe(length !== scanned.goodBytes);
    }
  });

  it('notices any changed byte', () => {
    const whole = journalText();
    const all = scanJournal(whole).events;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const scanned = scanJournal(changed);
        expect(scanned.torn || scanned.damage.length > 0 || scanned.events.length < all.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('notices a line that was taken out or moved', () => {
    const lines = journalText().toString().trimEnd().split('\n');
    const without = [...lines.slice(0, 2), ...lines.slice(3)].join('\n');
    expect(scanJournal(Buffer.from(`${without}\n`)).damage).toHaveLength(1);
  });

  it('cuts a torn last line, keeps it aside and goes on', () => {
    open().close();
    const whole = journalText();
    writeFileSync(journalFile(), Buffer.concat([whole, Buffer.from('{"kind":"prob')]));
    const journal = open();
    expect(journal.past).toHaveLength(6);
    expect(readFileSync(journal.tornLine ?? '', 'utf8')).toBe('{"kind":"prob');
    journal.append(probed('two', 'true'));
    journal.close();
    expect(scanJournal(readFileSync(journalFile()))).toMatchObject({ torn: false, damage: [] });
  });

  it('refuses to go on with damage in its middle, names the line, and changes nothing', () => {
    open().close();
    const damaged = journalText();
    damaged[damaged.indexOf('\n') + 20] = 0x00;
    writeFileSync(journalFile(), damaged);
    expect(open).toThrowError(
      expect.objectContaining({ kind: 'corrupt', place: { file: journalFile(), line: 2 } }) as Error,
    );
    expect(readFileSync(journalFile())).toEqual(damaged);
  });

  it('can be salvaged: every line that can be believed, and the damaged file beside it', () => {
    open().close();
    const damaged = journalText();
    damaged[damaged.indexOf('\n') + 20] = 0x00;
    writeFileSync(journalFile(), damaged);
    const salvage = salvageJournal(join(directory, 's'), now());
    expect(salvage).toMatchObject({ kept: 5, lost: [{ line: 2 }] });
    expect(readFileSync(salvage.aside)).toEqual(damaged);
    const journal = open();
    expect(journal.past.map(({ kind }) => kind)).toEqual([
      'session-created',
      'attempt-intended',
      'attempt-started',
      'attempt-ended',
      'probed',
    ]);
    journal.close();
  });

  it('says in one sentence that a directory cannot be written', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => openJournal({ directory: join(directory, 'file', 's'), now })).toThrowError(JournalError);
  });
});

describe('promise 2: an event is on disk before anybody sees it', () => {
  it('holds under kill -9 at any instant', async () => {
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, [writer, join(directory, `k${round}`)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let seen = '';
      const wanted = 1 + round * 7;
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.split('\n').length > wanted) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const shown = seen.split('\n').slice(0, -1);
      const journal = openJournal({ directory: join(directory, `k${round}`), now });
      const ids = journal.past.map(({ id }) => id);
      journal.close();
      expect(shown.length).toBeGreaterThan(0);
      expect(ids.slice(0, shown.length)).toEqual(shown);
    }
  });
});

describe('one writer a session', () => {
  it('tells who has it while its owner lives', () => {
    const first = open();
    expect(open).toThrowError(expect.objectContaining({ kind: 'locked' }) as Error);
    first.close();
    open().close();
  });

  it('is taken over from an owner that died', async () => {
    const child = spawn(process.execPath, [writer, join(directory, 's')], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(open).toThrowError(expect.objectContaining({ kind: 'locked' }) as Error);
    child.kill('SIGKILL');
    await once(child, 'close');
    open().close();
  });

  it('is won by exactly one of many that find a dead owner', async () => {
    open().close();
    const dead = spawn(process.execPath, [rival, join(directory, 's')], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(dead.stdout, 'data');
    dead.kill('SIGKILL');
    await once(dead, 'close');
    const rivals = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [rival, join(directory, 's')], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const answers = await Promise.all(
      rivals.map(async (child) => {
        const [first] = (await once(child.stdout, 'data')) as [Buffer];
        return first.toString().trim();
      }),
    );
    expect(answers.filter((answer) => answer === 'won')).toHaveLength(1);
    for (const child of rivals) child.stdin.end();
    await Promise.all(rivals.map((child) => (child.exitCode === null ? once(child, 'close') : null)));
  });
});

describe('the directory of sessions', () => {
  it('follows XDG_STATE_HOME, and ignores a relative one', () => {
    expect(sessionsDirectory({ XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/x/brevduva/sessions');
    expect(sessionsDirectory({ XDG_STATE_HOME: 'x', HOME: '/h' })).toBe('/h/.local/state/brevduva/sessions');
  });

  it('gives one guide and target one name that stays inside it', () => {
    expect(sessionName('smtp', 'root@203.0.113.10')).toBe('smtp--root@203.0.113.10');
    expect(sessionName('smtp', '[2001:db8::1]:22')).not.toContain('/');
    expect(sessionName('../x', 'a/b')).not.toContain('/');
  });

  it('lists what can be read, the latest first, and leaves out the rest', () => {
    const journal = open();
    journal.append(created);
    journal.close();
    writeFileSync(join(directory, 'stray'), '');
    expect(listSessions(directory).map(({ name, damaged }) => [name, damaged])).toEqual([['s', false]]);
    expect(listSessions(join(directory, 'nowhere'))).toEqual([]);
  });
});
