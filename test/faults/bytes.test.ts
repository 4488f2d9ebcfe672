import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { openOutputLog } from '../../src/session/output-log.ts';
import { OutputRing } from '../../src/session/output-ring.ts';
import { receiveOutput } from '../../src/session/receive.ts';
import { stampEvent } from '../../src/session/reducer.ts';
import { journalLine, scanJournal } from '../../src/session/scan.ts';
import type { OutputView } from '../../src/session/view.ts';
import { aDirectory } from '../session/a-session.ts';
import { probed, ran } from '../session/events.ts';
import { fault, noToll, summed, type Toll, tollOfBytes } from './fault.ts';

/** The bytes of a journal with a handful of events. */
function journalBytes(): Buffer {
  let checksum = '';
  const lines = [...ran('one', 0), probed('one', 'true'), ...ran('two', 1), probed('two', 'false')].map((event, at) => {
    const next = journalLine(stampEvent(event, { id: `event-${at}`, at: '2026-01-01T00:00:00Z' }), checksum);
    checksum = next.checksum;
    return next.line;
  });
  return Buffer.from(lines.join(''));
}

describe('promise 2: a torn or damaged journal', () => {
  const whole = journalBytes();
  const { events } = scanJournal(whole);
  const text = JSON.stringify(events);

  /** Of a journal that was cut, all whole lines are read, and nothing else. */
  function tollOfCut(at: number): Toll {
    const cut = whole.subarray(0, at);
    const expected = cut.toString().split('\n').length - 1;
    const read = scanJournal(cut).events;
    const isPrefix = JSON.stringify(read) === JSON.stringify(events.slice(0, read.length));
    return {
      lost: Math.max(0, expected - read.length),
      doubled: Math.max(0, read.length - expected),
      wronglyGreen: isPrefix ? 0 : 1,
    };
  }

  /** A journal with a changed bit is never read as if it were whole. */
  function tollOfFlip(bit: number): Toll {
    const changed = Buffer.from(whole);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const { events: read, torn, damage } = scanJournal(changed);
    const isNoticed = torn || damage.length > 0 || JSON.stringify(read) === text;
    return { ...noToll, wronglyGreen: isNoticed ? 0 : 1 };
  }

  fault('the journal is cut at a byte', { quick: whole.length, whole: whole.length }, async (tries) =>
    summed(Array.from({ length: tries }, (_, at) => tollOfCut(at))),
  );

  fault('a bit of the journal is flipped', { quick: 1_000, whole: whole.length * 8 }, async (tries) => {
    const step = Math.floor((whole.length * 8) / tries);
    return summed(Array.from({ length: tries }, (_, at) => tollOfFlip(at * step)));
  });
});

describe('promise 3: no byte of output is missing, none doubled', () => {
  fault('invalid UTF-8 comes cut at any byte, with secrets in it', { quick: 40, whole: 400 }, async (tries) => {
    const secrets = ['pässword-7', 'hunter22'];
    const parts = ['å', 'pässword-7', '\n'].map((part) => Buffer.from(part));
    const noise = Array.from({ length: 12 }, () => randomBytes(9));
    const bytes = Buffer.concat(noise.flatMap((random, at) => [random, parts[at % parts.length] ?? random]));
    const hidden = (pieces: readonly Uint8Array[]) => {
      const pane = { view: createStore<OutputView>(() => emptyOutput), ring: new OutputRing() };
      const log = openOutputLog(aDirectory(), 'a', { anew: true });
      const received = receiveOutput({ pane, log, of: { step: 'one', attempt: 'a' }, secrets });
      for (const piece of pieces) received.take(piece);
      received.end();
      log.close();
      return readFileSync(log.file);
    };
    const once = hidden([bytes]);
    return summed(
      Array.from({ length: tries }, (_, at) => {
        const [first, second] = [at % bytes.length, (at * 7) % bytes.length].sort((one, other) => one - other);
        const cut = hidden([bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]);
        const shows = secrets.some((secret) => cut.includes(secret));
        return { ...tollOfBytes(cut, once), wronglyGreen: shows || digest(cut) !== digest(once) ? 1 : 0 };
      }),
    );
  });
});

const emptyOutput: OutputView = { step: null, attempt: null, lines: 0, dropped: 0, bytes: 0, file: null };

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
