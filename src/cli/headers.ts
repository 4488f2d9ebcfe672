import type { BrevduvaError } from '../error.ts';
import { UsageError } from '../error.ts';
import { MessageError } from '../mail/error.ts';
import { explainReplies } from '../mail/explain/bounce.ts';
import { explain } from '../mail/explain.ts';
import type { Finding, FindingSubject, FindingVerdict } from '../mail/finding.ts';
import type { ReceivedMessage } from '../mail/message.ts';
import { knownReplies } from '../mail/provider-codes.ts';
import { readMessage } from '../mail/read-message.ts';
import { safeLine } from '../text/safe.ts';
import { exitCode } from './exit-code.ts';
import { readStart } from './read-start.ts';

/** Characters of a sentence that are shown at most; it may quote a header. */
const longestSentence = 1500;
const longestQuote = 300;

/** What must be known for mail to count as trusted: where one of these cannot be told, nothing is called good. */
const decisive: readonly FindingSubject[] = ['spf', 'dkim', 'dmarc', 'bounce'];

/** The options of `brevduva headers`. */
export interface HeadersOptions {
  readonly json: boolean;
}

/** `brevduva headers`: explains the headers of a message, or the replies in a bounce's text. Resolves to the exit status. */
export async function headers(file: string, { json }: HeadersOptions): Promise<number> {
  const text = await readStart(file);
  const { message, findings } = explained(text, file);
  const status = headersStatus(findings);
  if (json) {
    for (const line of jsonLines(message, findings, status)) print(JSON.stringify(line));
  } else {
    if (message !== null) print(messageLine(message));
    for (const finding of findings) for (const line of findingLines(finding)) print(line);
  }
  return status;
}

interface Explained {
  /** Null for a text that is no message, but has replies of mail servers in it. */
  readonly message: ReceivedMessage | null;
  readonly findings: readonly Finding[];
}

function explained(text: string, file: string): Explained {
  try {
    const message = readMessage(text);
    return { message, findings: explain(message) };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    const replies = knownReplies(text);
    if (replies.length === 0) throw withoutHeaders(error, file);
    return { message: null, findings: explainReplies(replies) };
  }
}

function withoutHeaders({ sentence, remedy }: BrevduvaError, file: string): UsageError {
  return new UsageError({
    sentence,
    remedy,
    ...(file === '-' ? {} : { place: { file: safeLine(file, longestQuote) } }),
  });
}

/** The exit status for what a message shows. What the headers do not tell counts only where it decides. */
export function headersStatus(findings: readonly Finding[]): number {
  if (findings.some(({ verdict }) => verdict === 'bad')) return exitCode.false;
  const isOpen = findings.some(({ subject, verdict }) => verdict === 'unknown' && decisive.includes(subject));
  return isOpen ? exitCode.unknown : exitCode.proven;
}

const verdictWord: Readonly<Record<FindingVerdict, string>> = {
  good: 'good   ',
  warning: 'warning',
  bad: 'bad    ',
  unknown: 'unknown',
};

function findingLines({ subject, verdict, sentence, remedy }: Finding): readonly string[] {
  const told = `${verdictWord[verdict]}  ${subject.padEnd(12)}  ${safeLine(sentence, longestSentence)}`;
  return remedy === undefined ? [told] : [told, `${' '.repeat(23)}${safeLine(remedy, longestSentence)}`];
}

function messageLine({ from, subject, isCut }: ReceivedMessage): string {
  const sender = from.map(({ address }) => address).join(', ') || 'nobody';
  const cut = isCut ? ' Its headers are so long that only their beginning was read.' : '';
  return `From ${safeLine(sender, longestQuote)}: “${safeLine(subject, longestQuote)}”.${cut}`;
}

function jsonLines(
  message: ReceivedMessage | null,
  findings: readonly Finding[],
  exitStatus: number,
): readonly Readonly<Record<string, unknown>>[] {
  return [
    ...(message === null ? [] : [jsonMessage(message)]),
    ...findings.map(({ subject, verdict, sentence, remedy }) => ({
      kind: 'finding',
      subject,
      verdict,
      sentence: safeLine(sentence, longestSentence),
      ...(remedy === undefined ? {} : { remedy: safeLine(remedy, longestSentence) }),
    })),
    { kind: 'summary', exitStatus },
  ];
}

function jsonMessage(message: ReceivedMessage): Readonly<Record<string, unknown>> {
  const quoted = (text: string | null | undefined) =>
    text === null || text === undefined ? null : safeLine(text, longestQuote);
  const { sendingHop } = message;
  return {
    kind: 'message',
    messageId: quoted(message.messageId),
    from: message.from.map(({ address }) => quoted(address)),
    returnPath: quoted(message.returnPath),
    subject: quoted(message.subject),
    sentAt: message.sentAt,
    sendingAddress: sendingHop?.address ?? null,
    takenBy: quoted(sendingHop?.by),
    tls: quoted(sendingHop?.tls?.version),
    isCut: message.isCut,
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
