import { MessageError } from '../../mail/error.ts';
import { explain } from '../../mail/explain.ts';
import type { FindingSubject, FindingVerdict, Finding as MailFinding } from '../../mail/finding.ts';
import { worstFinding } from '../../mail/finding.ts';
import type { ReceivedMessage } from '../../mail/message.ts';
import { readMessage } from '../../mail/read-message.ts';
import type { Finding } from '../conclude.ts';
import { conclude } from '../conclude.ts';
import type { ProbeContext } from '../context.ts';
import { canonicalIpv6 } from '../dns/name.ts';
import type { Evidence, Verdict } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { expandIfGiven, expandVariables, ProbeInputError } from '../values.ts';
import { headerText } from './header-text.ts';
import { findMessage } from './mailbox.ts';
import { readFileHere } from './read-file.ts';

/** A message, or what is known where there is none. */
type Sought =
  | { readonly kind: 'message'; readonly text: string; readonly vantage: string; readonly folder: Folder | null }
  | { readonly kind: 'none'; readonly finding: Omit<Finding, 'probe' | 'expected'> };

interface Folder {
  readonly name: string;
  readonly isSpam: boolean;
}

/** Octets of a saved message that are read: its header, and what a bounce tells. */
const mostOfFile = 1_000_000;

/** What is told of every message, in this order, and what should be so. */
const expectations: Readonly<Partial<Record<FindingSubject, string>>> = {
  tls: 'TLS 1.2 or later on the way to the receiver',
  spf: 'spf=pass',
  dkim: 'dkim=pass',
  dmarc: 'dmarc=pass',
  alignment: 'SPF and DKIM pass for the domain of the From address',
  address: 'sent from the server’s own address',
};

const verdicts: Readonly<Record<FindingVerdict, Verdict>> = {
  good: 'true',
  warning: 'warning',
  bad: 'false',
  unknown: 'unknown',
};

const spamRemedy =
  'Mark it as “Not spam”, answer it, and send little at first: a new address has no reputation yet. If SPF, DKIM and DMARC all pass, time does the rest.';
const otherFileRemedy = 'Save the message that the checkpoint sent (“Show original”, then “Download original”).';

/**
 * Follows a message to where it arrived, and tells what its receiver found: one evidence a subject. "Not yet" while
 * it is not in the mailbox. Rejects with the signal's reason, or ProbeInputError where it is not said where to look.
 */
export async function lookAtMessage(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const tell = (finding: Finding) => {
    const remedy = [finding.remedy, spec.remedy].filter((text) => text !== undefined).join(' ');
    return conclude({ ...finding, remedy }, context.now());
  };
  const sought = await seek(spec, context);
  const arrived = { probe: 'mail message arrived', expected: 'in the inbox' };
  if (sought.kind === 'none') return [tell({ ...arrived, ...sought.finding })];
  const read = readSought(sought, expandIfGiven(spec.id ?? '', context.values));
  if (read.kind === 'unfit') return [tell({ ...arrived, ...read.finding })];
  const addresses = (spec.addresses ?? []).flatMap((address) => expandIfGiven(address, context.values) ?? []);
  return [
    tell({ ...arrived, ...arrival(sought, read.message) }),
    ...subjectsOf(read.message, addresses).map((told) => tell({ ...told, vantage: sought.vantage })),
  ];
}

async function seek(spec: MailSpec, context: ProbeContext): Promise<Sought> {
  const file = spec.file === undefined ? undefined : expandIfGiven(spec.file, context.values);
  if (file !== undefined) return seekInFile(file, context);
  const { mailbox, imap, id, password } = spec;
  if (mailbox === undefined || imap === undefined || id === undefined || password === undefined) {
    throw new ProbeInputError({
      sentence: 'The probe does not know where the message is: no file has a value, and no mailbox is named.',
      remedy: 'Save the message as a file and give its name.',
    });
  }
  const user = expandVariables(mailbox, context.values);
  const secret = expandIfGiven(password, { ...context.values, ...context.secrets });
  if (secret === undefined) {
    throw new ProbeInputError({
      sentence: `Nobody has looked whether it arrived: there is neither a password for ${user} nor a file of the message.`,
      remedy:
        'Give the mailbox’s password (Gmail: an app password), or save the message there as a file (“Show original”, then “Download original”) and give its path.',
    });
  }
  const found = await findMessage(
    bareId(expandVariables(id, context.values)),
    {
      ...serverOf(expandVariables(imap, context.values)),
      user,
      password: secret,
      folders: spec.folders?.map((folder) => expandVariables(folder, context.values)) ?? null,
    },
    context,
  );
  const vantage = `here, mailbox ${user}`;
  switch (found.kind) {
    case 'found':
      return { kind: 'message', text: found.text, vantage, folder: { name: found.folder, isSpam: found.isSpam } };
    case 'not-yet':
      return {
        kind: 'none',
        finding: {
          verdict: 'not-yet',
          observed: `not in ${found.folders.join(' or ')} yet`,
          vantage,
          remedy: 'See the server’s queue and log: it may still be trying, or have been refused.',
        },
      };
    case 'failed':
      return { kind: 'none', finding: { verdict: 'unknown', observed: found.why, vantage, remedy: found.remedy } };
    default:
      return found satisfies never;
  }
}

async function seekInFile(file: string, { signal }: ProbeContext): Promise<Sought> {
  const read = await readFileHere(file, { limit: mostOfFile, signal });
  const vantage = `here, ${file}`;
  if (read.kind === 'read') return { kind: 'message', text: read.octets.toString(), vantage, folder: null };
  const observed = `the file could not be read: ${read.why}`;
  return { kind: 'none', finding: { verdict: 'unknown', observed, vantage, remedy: otherFileRemedy } };
}

function readSought(
  { text, vantage }: Extract<Sought, { kind: 'message' }>,
  id: string | undefined,
):
  | { readonly kind: 'message'; readonly message: ReceivedMessage }
  | { readonly kind: 'unfit'; readonly finding: Omit<Finding, 'probe' | 'expected'> } {
  try {
    const message = readMessage(text);
    if (id === undefined || id === '' || message.messageId === bareId(id)) return { kind: 'message', message };
    const observed = `another message: its Message-ID is ${message.messageId ?? 'missing'}, not ${bareId(id)}`;
    return { kind: 'unfit', finding: { verdict: 'unknown', observed, vantage, remedy: otherFileRemedy } };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    const remedy = error.remedy ?? otherFileRemedy;
    return { kind: 'unfit', finding: { verdict: 'unknown', observed: error.sentence, vantage, remedy } };
  }
}

function arrival(
  { folder, vantage, text }: Extract<Sought, { kind: 'message' }>,
  message: ReceivedMessage,
): Omit<Finding, 'probe' | 'expected'> {
  const raw = headerText(text);
  if (folder !== null) {
    const verdict = folder.isSpam ? 'warning' : 'true';
    return { verdict, observed: `in the folder ${folder.name}`, vantage, raw, remedy: spamRemedy };
  }
  const told = explain(message).filter(({ subject }) => subject === 'folder' || subject === 'bounce');
  const verdict = told.length === 0 ? 'true' : verdicts[worstFinding(told)];
  const observed = told.length === 0 ? 'it was delivered; the file does not say into which folder' : sentencesOf(told);
  return { verdict, observed, vantage, raw, remedy: remediesOf(told) };
}

/** What the headers tell: always of the main subjects, of the others where something is to be done. */
function subjectsOf(message: ReceivedMessage, addresses: readonly string[]): readonly Omit<Finding, 'vantage'>[] {
  const findings = [...explain(message), ...addressFindings(message, addresses)];
  const main = Object.keys(expectations);
  const others = findings.flatMap(({ subject, verdict }) =>
    subject !== 'folder' && subject !== 'bounce' && (verdict === 'bad' || verdict === 'warning') ? [subject] : [],
  );
  return [...new Set([...main, ...others])].flatMap((subject) => {
    const told = findings.filter((finding) => finding.subject === subject);
    if (told.length === 0) return [];
    return [
      {
        probe: `mail message ${subject}`,
        verdict: verdicts[worstFinding(told)],
        expected: Object.entries(expectations).find(([known]) => known === subject)?.[1] ?? 'nothing that hurts trust',
        observed: sentencesOf(told),
        remedy: remediesOf(told),
      },
    ];
  });
}

/** A message that came from another address says nothing about this server. */
function addressFindings({ sendingHop }: ReceivedMessage, addresses: readonly string[]): readonly MailFinding[] {
  const address = sendingHop?.address ?? null;
  if (addresses.length === 0 || address === null) return [];
  if (addresses.map(canonicalIpv6).includes(canonicalIpv6(address))) return [];
  return [
    {
      subject: 'address',
      verdict: 'bad',
      sentence: `That is not the server’s address, which is ${addresses.join(' or ')}.`,
      remedy: 'Send the test through the server itself, and see that it sends from the address that its records name.',
    },
  ];
}

/** `imap.gmail.com:993`, `[2001:db8::1]:993`; without a port 993. Throws ProbeInputError. */
function serverOf(text: string): { readonly host: string; readonly port: number } {
  const {
    v6,
    name,
    port = '993',
  } = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>[1-9]\d{0,4}))?$/.exec(text.trim())?.groups ?? {};
  const host = v6 ?? name;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new ProbeInputError({
    sentence: `“${text}” is no IMAP server.`,
    remedy: 'Write its name and port, such as imap.gmail.com:993.',
  });
}

function bareId(id: string): string {
  return id.trim().replace(/^<|>$/g, '');
}

function sentencesOf(findings: readonly MailFinding[]): string {
  return findings.map(({ sentence }) => sentence).join(' ');
}

function remediesOf(findings: readonly MailFinding[]): string | undefined {
  const remedies = [...new Set(findings.flatMap(({ remedy }) => remedy ?? []))];
  return remedies.length === 0 ? undefined : remedies.join(' ');
}
