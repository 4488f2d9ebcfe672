import { codeBlock, codeSpan, plainText } from './markdown-text.ts';
import type { Report, ReportedAttempt, ReportedCheckpoint, ReportedCommand, ReportedEvidence } from './report.ts';
import { bytesWords, capitalized, endWords, isSaidByEvidence, secondsWords, timeWords, verdictWord } from './words.ts';

/** A report as Markdown, for a forge, a wiki or a mail. */
export function markdownReport(report: Report): string {
  const { guide, session, summary, journal } = report;
  const parts = [
    `# ${plainText(guide.title)}: ${codeSpan(session.target)}`,
    `**${summary.sentence}**`,
    list(aboutLines(report)),
    '## Checkpoints',
    overview(report.checkpoints),
    ...report.checkpoints.flatMap(checkpointParts),
    ...recordsParts(report),
    '## Timeline',
    list(report.timeline.map(({ at, by, sentence }) => `${timeWords(at)} · ${codeSpan(by)} · ${codeSpan(sentence)}`)),
    '## Where this comes from',
    `Made by ${report.madeBy} at ${timeWords(report.madeAt)} from ${journal.events} events of the session’s journal, the last with the checksum ${codeSpan(journal.checksum)}.`,
    codeSpan(report.seal),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function aboutLines({ session, guide, inputs }: Report): readonly string[] {
  const { hostKey } = session;
  return [
    `Session: ${codeSpan(session.name)}, from ${timeWords(session.createdAt)} to ${timeWords(session.lastAt)}`,
    hostKey === null
      ? 'Host key: the server has not been seen'
      : `Host key: ${codeSpan(`${hostKey.type} ${hostKey.fingerprint}`)}`,
    `Guide: ${codeSpan(guide.id)}, digest ${codeSpan(guide.sha256)}${guide.changed ? ', **changed since the session agreed to it**' : ''}`,
    ...inputs.map(({ label, value }) => `${plainText(label)}: ${codeSpan(value)}`),
  ];
}

function overview(checkpoints: readonly ReportedCheckpoint[]): string {
  const rows = checkpoints.map(
    ({ number, title, words, optional }) =>
      `| ${number} | ${plainText(title)}${optional ? ' (optional)' : ''} | ${words} |`,
  );
  return ['| No. | Checkpoint | State |', '| ---: | --- | --- |', ...rows].join('\n');
}

function checkpointParts(checkpoint: ReportedCheckpoint): readonly string[] {
  const { number, title, words, why, looked, evidence, attempts } = checkpoint;
  const says = why === null || isSaidByEvidence(checkpoint) ? '' : `: ${codeSpan(why)}`;
  return [
    `### ${number} ${plainText(title)}`,
    `**${capitalized(words)}**${says}`,
    ...(looked === null ? [] : [lookedLine(looked)]),
    list(evidence.map(evidenceItem)),
    ...checkpoint.commands.flatMap(commandParts),
    ...(attempts.length === 0 ? [] : ['Attempts:', list(attempts.map(attemptLine))]),
  ];
}

function lookedLine({ at, by, hostKeyFingerprint }: NonNullable<ReportedCheckpoint['looked']>): string {
  const server = hostKeyFingerprint === '' ? '' : `, when the server had the host key ${codeSpan(hostKeyFingerprint)}`;
  return `Seen ${timeWords(at)} by ${codeSpan(by)}${server}:`;
}

function evidenceItem({ verdict, probe, vantage, expected, observed, remedy }: ReportedEvidence): string {
  return [
    `**${verdictWord(verdict)}**: ${codeSpan(probe)} from ${codeSpan(vantage)}`,
    ...(expected === '' ? [] : [`expected: ${codeSpan(expected)}`]),
    `observed: ${codeSpan(observed)}`,
    ...(remedy === null ? [] : [`remedy: ${codeSpan(remedy)}`]),
  ].join('\n  - ');
}

function commandParts({ purpose, on, script, variables, secrets }: ReportedCommand): readonly string[] {
  const where = on === 'target' ? 'on the server' : 'on the operator’s computer';
  const values = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [
    `${purpose === 'run' ? 'The action' : 'The undo'}, ${where}:`,
    codeBlock(script, 'sh'),
    list([
      ...values.map((value) => `with ${codeSpan(value)}`),
      ...secrets.map((name) => `reads the secret ${codeSpan(name)}, which is kept nowhere`),
    ]),
  ];
}

function attemptLine({ purpose, by, at, seconds, end, isCurrentScript, output }: ReportedAttempt): string {
  const took = seconds === null ? '' : `, after ${secondsWords(seconds)}`;
  const digest = output.sha256 === null ? 'not kept here' : `SHA-256 ${codeSpan(output.sha256)}`;
  return [
    `${timeWords(at)} by ${codeSpan(by)}: the ${purpose === 'run' ? 'action' : 'undo'} ${codeSpan(endWords(end))}${took}`,
    `output: ${bytesWords(output.bytes)}, ${digest}`,
    ...(isCurrentScript ? [] : ['what ran is not the script that the guide has now']),
  ].join('\n  - ');
}

function recordsParts({ records }: Report): readonly string[] {
  if (records.zone === '' && records.waiting.length === 0) return [];
  return [
    '## DNS records',
    records.zone === '' ? '' : codeBlock(records.zone, ''),
    list(records.waiting.map((sentence) => codeSpan(sentence))),
  ];
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
