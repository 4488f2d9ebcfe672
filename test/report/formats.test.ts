import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse as parseJunit } from 'junit2json';
import { Lexer, type Token, type Tokens } from 'marked';
import { Parser } from 'tap-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TestVerdict, testVerdict } from '../../src/report/as-tests.ts';
import { reportFormats } from '../../src/report/formats.ts';
import { reportJsonSchema } from '../../src/report/json-schema.ts';
import { codeSpan, plainText } from '../../src/report/markdown-text.ts';
import type { Report } from '../../src/report/report.ts';
import { readSeal, sealed } from '../../src/report/seal.ts';
import { bareStep } from '../bare-step.ts';
import { aGuide } from '../session/events.ts';
import { aFullReport, attempted, hostileLine, looked, reportOf, shippedGuide } from './a-report.ts';

let report: Report;
beforeAll(async () => {
  report = await aFullReport();
});

/** How many checkpoints are this to a program that counts tests. */
function count(verdict: TestVerdict): number {
  return report.checkpoints.filter((checkpoint) => testVerdict(checkpoint) === verdict).length;
}

describe('the report', () => {
  it('has each checkpoint in its state, with the reason', () => {
    const states = report.checkpoints.slice(0, 9).map(({ state }) => state);
    expect(states).toEqual([
      ...['proven', 'proven', 'proven-with-warning', 'failed', 'waiting', 'unknown', 'skipped', 'stale', 'blocked'],
    ]);
    expect(report.checkpoints[7]?.why).toMatch(/domain.* changed since it was proven\.$/);
    expect(report.checkpoints[8]?.why).toMatch(/^Waits for /);
  });

  it('tells who did it, for how long, and with what output', () => {
    expect(report.checkpoints[2]?.attempts).toMatchObject([
      { by: 'ada@laptop', seconds: 420, end: { kind: 'exited', status: 0 }, output: { bytes: 18_231 } },
    ]);
    expect(report.checkpoints[5]?.attempts).toMatchObject([{ by: 'grace@desk' }]);
    expect(report.checkpoints[5]?.looked).toMatchObject({ by: 'grace@desk', verdict: 'unknown' });
  });

  it('tells many looks that saw the same as one', () => {
    const waiting = report.checkpoints[4];
    const waits = report.timeline.filter(({ step, kind }) => step === waiting?.id && kind === 'probed');
    expect(waits.map(({ sentence }) => sentence)).toEqual([
      `${waiting?.title}: seen not to hold yet, 12 times until 2026-11-21 01:39:11 UTC.`,
    ]);
  });

  it('says where another script ran than the guide has now, and where the guide has changed', async () => {
    const guide = await shippedGuide();
    const [step = ''] = guide.steps.flatMap(({ id, run }) => (run === undefined ? [] : [id]));
    const ran = attempted(step, { status: 0, bytes: 1 });
    const [same] = reportOf(guide, ran).checkpoints.flatMap(({ attempts }) => attempts);
    expect(same?.isCurrentScript).toBe(true);
    const changed = reportOf(guide, [
      { kind: 'guide-pinned', digest: 'another', file: guide.file, shipped: true, steps: [] },
      { kind: 'attempt-intended', attempt: 'x', step, purpose: 'run', script: 'another' },
    ]);
    expect(changed.guide.changed).toBe(true);
    expect(changed.checkpoints.flatMap(({ attempts }) => attempts)[0]).toMatchObject({
      isCurrentScript: false,
      endedAt: null,
      seconds: null,
      end: { kind: 'unknown' },
    });
  });
});

describe('as JSON', () => {
  it('is what its schema says, for a validator that is not ours', () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(reportJsonSchema()));
    expect(validate(JSON.parse(reportFormats.json(report)))).toBe(true);
    expect(validate({ ...report, secret: 'x' })).toBe(false);
  });

  it('has its schema in docs, as npm run report:schema writes it', () => {
    const published = join(import.meta.dirname, '..', '..', 'docs', 'report.schema.json');
    expect(readFileSync(published, 'utf8')).toBe(reportJsonSchema());
  });
});

describe('as JUnit', () => {
  it('loads in a reader that is not ours, hostile texts and all', async () => {
    const suites = await parseJunit(reportFormats.junit(report));
    if (suites === undefined || suites === null || !('testsuite' in suites)) throw new Error('There are no suites.');
    const [suite] = suites.testsuite ?? [];
    expect(suite).toMatchObject({
      tests: report.checkpoints.length,
      failures: count('failed'),
      errors: count('error'),
      skipped: count('skipped'),
      name: report.guide.title,
    });
    const cases = suite?.testcase ?? [];
    expect(cases.map(({ name }) => name)).toEqual(report.checkpoints.map(({ number, title }) => `${number} ${title}`));
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(count('failed'));
    expect(cases.filter(({ error }) => error !== undefined)).toHaveLength(count('error'));
    expect(cases.filter(({ skipped }) => skipped !== undefined)).toHaveLength(count('skipped'));
    expect(cases[3]?.failure?.[0]?.message).toBe(`failed: ${hostileLine}`);
    expect(cases[3]?.['system-out']?.[0]).toContain(`observed: ${hostileLine}`);
    expect(cases[2]?.time).toBe(420);
  });

  it('has no character that XML forbids', async () => {
    const guide = await shippedGuide();
    const [step] = guide.steps;
    const told = reportOf(guide, [looked(step?.id ?? '', 'false', { observed: 'a\ufffeb\uffffc\ud800d' })]);
    expect(reportFormats.junit(told)).toContain('observed: a\ufffdb\ufffdc\ufffdd');
  });
});

describe('as TAP', () => {
  it('loads in a reader that is not ours, hostile texts and all', () => {
    const parser = new Parser({ strict: true });
    const points = new Map<number, { ok: boolean; skip: boolean | string; name: string; diag: unknown }>();
    parser.on('assert', ({ id, ok, skip, name, diag }) => points.set(id, { ok, skip, name, diag }));
    parser.end(reportFormats.tap(report));
    expect(parser.results).toMatchObject({
      ok: false,
      count: report.checkpoints.length,
      fail: count('failed') + count('error'),
      skip: count('skipped'),
      todo: 0,
    });
    expect(parser.results?.failures.filter(({ tapError }) => tapError !== null)).toEqual([]);
    expect(points.get(4)).toMatchObject({ ok: false, name: report.checkpoints[3]?.title });
    expect(points.get(4)?.diag).toMatchObject({ state: `failed: ${hostileLine}`, evidence: [{ remedy: hostileLine }] });
    expect(points.get(7)).toMatchObject({ ok: true, name: report.checkpoints[6]?.title });
    expect(points.get(7)?.skip).toContain('# SKIP | a </style>');
  });

  it('takes no direction from a title', () => {
    const guide = aGuide([bareStep({ id: 'one', title: 'Beat \\ the # SKIP drum' })]);
    const parser = new Parser({ strict: true });
    parser.end(reportFormats.tap(reportOf(guide, [looked('one', 'not-yet', {})])));
    expect(parser.results).toMatchObject({ ok: false, count: 1, fail: 1, skip: 0 });
    expect(parser.results?.failures[0]).toMatchObject({ name: 'Beat \\ the # SKIP drum' });
  });
});

describe('the seal', () => {
  it('is broken by any change, in every form, and not by what a server printed', async () => {
    const guide = await shippedGuide();
    const forged = `brevduva-seal:1:${'a'.repeat(32)}:${'0'.repeat(64)}`;
    const told = reportOf(guide, [looked(guide.steps[0]?.id ?? '', 'false', { observed: forged, raw: forged })]);
    for (const [format, write] of Object.entries(reportFormats)) {
      const text = sealed(write(told));
      expect(readSeal(text), format).toEqual({ ...told.journal, isWhole: true });
      expect(text, format).not.toBe(write(told));
      for (const changed of [text.replace('203.0.113.10', '203.0.113.11'), ` ${text}`, text.replace('aaaa', 'aaab')]) {
        expect(readSeal(changed)?.isWhole, format).toBe(false);
      }
    }
    expect(readSeal('no report')).toBeNull();
  });
});

describe('as tests', () => {
  it.each(['true', 'warning', 'false', 'not-yet', 'unknown', null] as const)(
    'is red exactly where the exit status is not 0: %s',
    (verdict) => {
      for (const optional of [true, false]) {
        const guide = aGuide([bareStep({ id: 'one' }), bareStep({ id: 'two', optional })]);
        const told = reportOf(guide, [
          looked('one', 'true', { verdict: 'true' }),
          ...(verdict === null ? [] : [looked('two', verdict, { verdict })]),
        ]);
        const isRed = told.checkpoints.some((one) => ['failed', 'error'].includes(testVerdict(one)));
        expect(isRed).toBe(told.summary.exitStatus !== 0);
      }
    },
  );

  it('passes only what is settled, and nothing that was never proven', () => {
    const verdicts = new Set(report.checkpoints.map((checkpoint) => `${checkpoint.state} ${testVerdict(checkpoint)}`));
    expect([...verdicts].sort()).toEqual([
      ...['blocked failed', 'blocked skipped', 'failed failed', 'proven passed', 'proven-with-warning passed'],
      ...['skipped skipped', 'stale failed', 'unknown error', 'waiting failed'],
    ]);
  });
});

describe('as Markdown', () => {
  it('lets what a server printed be nothing but text', () => {
    const tokens = Lexer.lex(reportFormats.md(report), { gfm: true });
    expect(inside(tokens).filter(({ type }) => ['html', 'link', 'image', 'del'].includes(type))).toEqual([]);
    const code = inside(tokens).flatMap((token) => (token.type === 'codespan' ? [token.text] : []));
    expect(code.filter((text) => text === hostileLine)).toHaveLength(2);
  });

  it('keeps any text whole in code', () => {
    for (const text of ['`', '``', ' ` ', 'a`b``c', '`a`', '  ', hostileLine]) {
      const [paragraph] = Lexer.lex(`x${codeSpan(text)}x`);
      const span = inside([paragraph as Token]).find(({ type }) => type === 'codespan');
      expect((span as Tokens.Codespan).text).toBe(text);
    }
  });

  it('keeps the words of a guide plain', () => {
    const words = '*a* _b_ <b>c</b> [d](e) `f` ~~g~~ http://h.example www.i.example j@k.example &amp; # | \\';
    const found = inside(Lexer.lex(`x ${plainText(words)}`)).map(({ type }) => type);
    expect(found.filter((type) => !['paragraph', 'text', 'escape'].includes(type))).toEqual([]);
  });
});

/** All tokens in tokens. */
function inside(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) => {
    const cells =
      token.type === 'table'
        ? [...token.header, ...token.rows.flat()].flatMap((cell: Tokens.TableCell) => cell.tokens)
        : [];
    const items = token.type === 'list' ? token.items : [];
    return [token, ...inside(('tokens' in token ? token.tokens : undefined) ?? []), ...inside([...cells, ...items])];
  });
}
