import { isIP } from 'node:net';
import type { ReadResults } from './headers/authentication-results.ts';
import { readReceivedSpf, readResults } from './headers/authentication-results.ts';
import { isoDate } from './headers/date.ts';
import { decodeWords } from './headers/encoded-words.ts';
import { forwardingSigns, microsoftReverseName, spamHints } from './headers/hints.ts';
import { mailboxesOf } from './headers/mailbox.ts';
import { receivedHop } from './headers/received.ts';
import { messageParts } from './headers/section.ts';
import { clientAddressOf, sendingHopIndex } from './headers/sending-hop.ts';
import { arcSets, dkimSignature } from './headers/signatures.ts';
import type { AuthenticationResults, HeaderField, ReceivedHop, ReceivedMessage } from './message.ts';
import { knownReplies } from './provider-codes.ts';
import { tagListOf, tagOf } from './tag-list.ts';

/** Hops that are read at most; servers refuse a message that took more than a hundred (RFC 5321 §6.3). */
const mostHops = 100;

/**
 * Reads a message, or its headers alone, as a person saved or pasted it. However long the text, only its beginning is
 * read. Throws MessageError where it has no headers.
 */
export function readMessage(text: string): ReceivedMessage {
  const { fields, body, isCut } = messageParts(text);
  const valuesOf = (wanted: string) => fields.filter(({ name }) => isNamed(name, wanted)).map(({ value }) => value);
  const [date] = valuesOf('Date');
  const [returnPath] = valuesOf('Return-Path');
  const envelopeSender = returnPath === undefined ? null : returnPath.replace(/^<|>.*$/g, '').trim();
  const { foreignSeals, ...way } = readWay(fields);
  const arc = arcSets(valuesOf('ARC-Seal'), valuesOf('ARC-Authentication-Results'));
  const from = valuesOf('From').flatMap(mailboxesOf);
  const isBounce = looksLikeBounce(fields, envelopeSender);
  return {
    fields,
    isCut,
    messageId: messageIdIn(valuesOf('Message-ID')[0]),
    from,
    returnPath: envelopeSender,
    date: date ?? null,
    sentAt: date === undefined ? null : isoDate(date),
    subject: decodeWords(valuesOf('Subject')[0] ?? ''),
    ...way,
    signatures: valuesOf('DKIM-Signature').map(dkimSignature),
    arc,
    spamHints: spamHints(fields),
    forwardingSigns: forwardingSigns(fields, { returnPath: envelopeSender, foreignSeals }),
    isBounce,
    replies: isBounce ? knownReplies(body) : [],
  };
}

interface Way extends Pick<ReceivedMessage, 'hops' | 'sendingHop' | 'authenticationResults'> {
  /** Domains of the ARC seals that came with the message; the receiver's own stands above the hop. */
  readonly foreignSeals: readonly string[];
}

interface PlacedResults extends ReadResults {
  /** Its place among the fields. */
  readonly at: number;
}

/** The hops, which of them came from outside, and whose results the results are. */
function readWay(fields: readonly HeaderField[]): Way {
  const received = placesOf(fields, 'Received').slice(0, mostHops);
  const results = placesOf(fields, 'Authentication-Results').map(
    (at): PlacedResults => ({ ...readResults(fields[at]?.value ?? ''), at }),
  );
  const spf = placesOf(fields, 'Received-SPF').map(
    (at): PlacedResults => ({ ...readReceivedSpf(fields[at]?.value ?? ''), at }),
  );
  const hops = received.map((at) => receivedHop(fields[at]?.value ?? ''));
  const [firstResults] = results;
  const [firstSpf] = spf;
  const clientAddress =
    clientAddressOf(firstResults?.results ?? []) ??
    clientAddressOf(firstSpf?.results ?? []) ??
    forefrontAddress(fields);
  const sending = sendingHopIndex(hops, clientAddress);
  // Below the next hop stands what came with the message; between the two, servers differ.
  const border = sending === -1 ? fields.length : (received[sending + 1] ?? fields.length);
  const takenAt = received[sending] ?? fields.length;
  const receivers = results.map((read) => ({
    authservId: read.authservId,
    isReceivers: read.at < border && read.authservId === firstResults?.authservId,
    results: read.results,
  }));
  return {
    hops,
    sendingHop: withReverseName(hops[sending], fields),
    authenticationResults: withReceivedSpf(receivers, firstSpf !== undefined && firstSpf.at < border ? firstSpf : null),
    foreignSeals: placesOf(fields, 'ARC-Seal')
      .filter((at) => at > takenAt)
      .flatMap((at) => sealingDomain(fields[at]?.value ?? '')),
  };
}

/** A server that writes no result of SPF into Authentication-Results may have written Received-SPF. */
function withReceivedSpf(
  results: readonly AuthenticationResults[],
  spf: ReadResults | null,
): readonly AuthenticationResults[] {
  const isTold = results.some(
    ({ isReceivers, results }) => isReceivers && results.some(({ method }) => method === 'spf'),
  );
  if (spf === null || isTold) return results;
  return [...results, { authservId: spf.authservId, isReceivers: true, results: spf.results }];
}

function withReverseName(hop: ReceivedHop | undefined, fields: readonly HeaderField[]): ReceivedHop | null {
  if (hop === undefined) return null;
  return hop.reverseName === null ? { ...hop, reverseName: microsoftReverseName(fields) } : hop;
}

/** CIP in Microsoft's report: the address that connected. */
function forefrontAddress(fields: readonly HeaderField[]): string | null {
  const report = fields.find(({ name }) => isNamed(name, 'X-Forefront-Antispam-Report'))?.value ?? '';
  const address = /(?:^|;)\s*CIP:([0-9A-Fa-f.:]+?)(?:;|$)/i.exec(report)?.[1];
  return address !== undefined && isIP(address) !== 0 ? address : null;
}

function sealingDomain(seal: string): readonly string[] {
  const domain = tagOf(tagListOf(seal), 'd');
  return domain === undefined ? [] : [domain];
}

/** RFC 3464 §2; older servers send a plain letter from MAILER-DAEMON. */
function looksLikeBounce(fields: readonly HeaderField[], returnPath: string | null): boolean {
  const firstValue = (wanted: string) => fields.find(({ name }) => isNamed(name, wanted))?.value ?? '';
  const type = firstValue('Content-Type');
  if (/^multipart\/report\b/i.test(type) && /report-type="?delivery-status/i.test(type)) return true;
  if (firstValue('X-Failed-Recipients') !== '') return true;
  const isEmptySender = returnPath === '' || returnPath === null;
  return isEmptySender && /\b(?:mailer-daemon|postmaster)@/i.test(firstValue('From'));
}

function messageIdIn(value: string | undefined): string | null {
  if (value === undefined || value.trim() === '') return null;
  return value.trim().replace(/^<|>$/g, '');
}

function placesOf(fields: readonly HeaderField[], name: string): readonly number[] {
  return fields.flatMap((field, at) => (isNamed(field.name, name) ? [at] : []));
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}
