import { evidenceLines, secondsOf, stateLine, testVerdict } from './as-tests.ts';
import type { Markup } from './markup.ts';
import { markup, nothing } from './markup.ts';
import type { Report, ReportedCheckpoint } from './report.ts';

/**
 * A report as JUnit's XML, in the form that Jenkins, GitLab and their like read: one suite, a case a checkpoint. There is
 * no standard; the attributes are those of Ant's JUnit task.
 */
export function junitReport(report: Report): string {
  const { checkpoints, guide, session } = report;
  const count = (verdict: string) => checkpoints.filter((checkpoint) => testVerdict(checkpoint) === verdict).length;
  const seconds = checkpoints.reduce((sum, checkpoint) => sum + secondsOf(checkpoint), 0).toFixed(3);
  const counts = markup`tests="${checkpoints.length}" failures="${count('failed')}" errors="${count('error')}"`;
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="brevduva" ${counts} time="${seconds}">
  <testsuite name="${guide.title}" ${counts} skipped="${count('skipped')}" time="${seconds}" timestamp="${withoutZone(session.lastAt)}" hostname="${session.target}">
    <properties>${properties(report).map(
      ([name, value]) => markup`
      <property name="${name}" value="${value}"/>`,
    )}
    </properties>${checkpoints.map((checkpoint) => testCase(checkpoint, guide.id))}
  </testsuite>
</testsuites>
<!-- ${report.seal} -->
`.text;
}

function properties({ session, guide, madeBy, madeAt, inputs }: Report): readonly (readonly [string, string])[] {
  return [
    ['session', session.name],
    ['host key', session.hostKey?.fingerprint ?? ''],
    ['guide sha256', guide.sha256],
    ['made by', madeBy],
    ['made at', madeAt],
    ...inputs.map(({ name, value }) => [`input ${name}`, value] as const),
  ];
}

function testCase(checkpoint: ReportedCheckpoint, guide: string): Markup {
  const { number, title, id } = checkpoint;
  const lines = evidenceLines(checkpoint);
  const seen =
    lines.length === 0
      ? nothing
      : markup`
      <system-out>${lines.join('\n')}</system-out>`;
  return markup`
    <testcase name="${number} ${title}" classname="${guide}.${id}" time="${secondsOf(checkpoint).toFixed(3)}">${problem(checkpoint)}${seen}
    </testcase>`;
}

function problem(checkpoint: ReportedCheckpoint): Markup {
  const line = stateLine(checkpoint);
  switch (testVerdict(checkpoint)) {
    case 'passed':
      return nothing;
    case 'skipped':
      return markup`
      <skipped message="${line}"/>`;
    case 'error':
      return markup`
      <error type="${checkpoint.state}" message="${line}"/>`;
    case 'failed':
      return markup`
      <failure type="${checkpoint.state}" message="${line}"/>`;
  }
}

/** Ant's schema wants `2026-11-24T13:36:07`, in UTC. */
function withoutZone(iso: string): string {
  return iso.slice(0, 19);
}
