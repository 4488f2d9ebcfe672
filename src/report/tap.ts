import { stringify } from 'yaml';
import { stateLine, testVerdict } from './as-tests.ts';
import type { Report, ReportedCheckpoint } from './report.ts';

/** A report in the Test Anything Protocol, version 14: a test point a checkpoint, what was seen in its YAML. */
export function tapReport(report: Report): string {
  const { checkpoints, guide, session, summary } = report;
  return [
    'TAP version 14',
    `# ${guide.title}: ${session.target}`,
    `1..${checkpoints.length}`,
    ...checkpoints.flatMap(testPoint),
    `# ${summary.sentence}`,
    `# ${report.seal}`,
    '',
  ].join('\n');
}

function testPoint(checkpoint: ReportedCheckpoint): readonly string[] {
  const { number, title } = checkpoint;
  const verdict = testVerdict(checkpoint);
  const isOk = verdict === 'passed' || verdict === 'skipped';
  // TAP's own TODO would make what is not proven count as passed, so it is not used.
  const directive = verdict === 'skipped' ? ` # SKIP ${escaped(stateLine(checkpoint))}` : '';
  return [`${isOk ? 'ok' : 'not ok'} ${number} - ${escaped(title)}${directive}`, ...diagnostics(checkpoint)];
}

/** TAP 14: `#` begins a directive unless it is escaped. */
function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&');
}

function diagnostics(checkpoint: ReportedCheckpoint): readonly string[] {
  const { id, evidence, attempts } = checkpoint;
  const told = {
    id,
    state: stateLine(checkpoint),
    ...(evidence.length === 0 ? {} : { evidence: evidence.map(({ raw: _, ...seen }) => seen) }),
    ...(attempts.length === 0 ? {} : { attempts }),
  };
  // Every text in quotes: a reader of YAML 1.1 would take some bare words for other things.
  const yaml = stringify(told, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
  return ['---', ...yaml.trimEnd().split('\n'), '...'].map((line) => `  ${line}`);
}
