import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { ImapFlow, ListResponse } from 'imapflow';
import { conceal } from '../../text/conceal.ts';
import type { ProbeContext } from '../context.ts';
import { dial } from '../dial.ts';
import { messageOf } from '../network.ts';
import type { SocketAddress } from '../route.ts';
import { routed } from '../route.ts';

/** Where a message is looked for. */
export interface MailboxAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `null`: the inbox, and what the server calls its junk and its archive. */
  readonly folders: readonly string[] | null;
}

/** What came of looking for a message. */
export type FoundMessage =
  | {
      readonly kind: 'found';
      readonly folder: string;
      readonly isSpam: boolean;
      /** The message, or its beginning. */
      readonly text: string;
    }
  | { readonly kind: 'not-yet'; readonly folders: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string; readonly remedy: string };

/** A folder to look in. */
interface Folder {
  readonly path: string;
  readonly isSpam: boolean;
}

/** Milliseconds. */
const timeoutMs = 15_000;
/** Octets: more than any header; what a server may send at once. */
const mostOfMessage = 262_144;
const mostAtOnce = 1_048_576;
/** Begins in plain text (RFC 9051 §2.1); every other port is TLS from the start (RFC 8314 §3.2). */
const startTlsPort = 143;

/** Looks for a Message-ID in a mailbox, and changes nothing there. Rejects with the signal's reason. */
export async function findMessage(id: string, access: MailboxAccess, context: ProbeContext): Promise<FoundMessage> {
  const { host, port } = access;
  const dialled = await dial({ from: 'here', host, port, timeoutMs }, context);
  if (dialled.kind === 'failed') return { kind: 'failed', why: `${host}: ${dialled.why}`, remedy: unreachableRemedy };
  dialled.stream.destroy();
  const place = await routed({ address: dialled.address, port }, context.settings, context.signal);
  const client = await clientFor(access, place, context);
  const stop = () => client.close();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    return await search(client, id, access);
  } catch (error) {
    context.signal.throwIfAborted();
    return failureOf(error, access);
  } finally {
    context.signal.removeEventListener('abort', stop);
    client.close();
  }
}

async function clientFor(access: MailboxAccess, place: SocketAddress, { settings }: ProbeContext): Promise<ImapFlow> {
  const { ImapFlow } = await import('imapflow');
  const isPlainFirst = access.port === startTlsPort;
  const client = new ImapFlow({
    host: place.address,
    // RFC 6066 §3: an address is no server name
    ...(isIP(access.host) === 0 ? { servername: access.host } : {}),
    port: place.port,
    secure: !isPlainFirst,
    ...(isPlainFirst ? { doSTARTTLS: true } : {}),
    auth: { user: access.user, pass: access.password },
    tls: settings.authorities.length === 0 ? {} : { ca: [...rootCertificates, ...settings.authorities] },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxLineLength: mostAtOnce,
    maxLiteralSize: mostAtOnce,
    maxResponseSize: 2 * mostAtOnce,
  });
  // why: without a listener Node ends the program; the call that was under way rejects with the same error
  client.on('error', () => undefined);
  return client;
}

async function search(client: ImapFlow, id: string, { folders }: MailboxAccess): Promise<FoundMessage> {
  const listed = await client.list();
  const looked = foldersToLookIn(listed, folders);
  if (looked.length === 0) {
    const there = listed.map(({ path }) => path).join(', ');
    const why = `the mailbox has no folder ${(folders ?? ['INBOX']).join(' or ')}; it has ${there}`;
    return { kind: 'failed', why, remedy: 'Name folders that there are.' };
  }
  for (const { path, isSpam } of looked) {
    await client.mailboxOpen(path, { readOnly: true });
    const uids = await client.search({ header: { 'message-id': id } }, { uid: true });
    const uid = uids ? uids.at(-1) : undefined;
    if (uid === undefined) continue;
    const fetched = await client.fetchOne(`${uid}`, { source: { start: 0, maxLength: mostOfMessage } }, { uid: true });
    if (!fetched || fetched.source === undefined) continue;
    return { kind: 'found', folder: path, isSpam, text: fetched.source.toString() };
  }
  return { kind: 'not-yet', folders: looked.map(({ path }) => path) };
}

/** Of the folders asked for those that there are; without any, what the server says they are for (RFC 6154). */
function foldersToLookIn(listed: readonly ListResponse[], asked: readonly string[] | null): readonly Folder[] {
  const folders = listed
    .filter(({ flags }) => !flags.has('\\Noselect'))
    .map(({ path, specialUse }) => ({
      path,
      specialUse,
      isSpam: specialUse === '\\Junk' || /\b(?:spam|junk)\b/i.test(path),
    }));
  const wanted =
    asked === null
      ? folders.filter(
          (folder) => folder.path.toUpperCase() === 'INBOX' || folder.isSpam || folder.specialUse === '\\All',
        )
      : folders.filter(({ path }) => asked.includes(path));
  const rank = (folder: Folder) => (folder.path.toUpperCase() === 'INBOX' ? 0 : folder.isSpam ? 1 : 2);
  return wanted.sort((one, other) => rank(one) - rank(other));
}

const unreachableRemedy =
  'See that this network is online and lets IMAP out, or save the message as a file and give that instead.';

function failureOf(error: unknown, { host, user, password }: MailboxAccess): FoundMessage {
  const isRefused = error instanceof Error && 'authenticationFailed' in error && error.authenticationFailed === true;
  const said =
    error instanceof Error && 'responseText' in error && typeof error.responseText === 'string'
      ? error.responseText
      : messageOf(error);
  const why = conceal(said, [password]);
  if (isRefused) {
    return {
      kind: 'failed',
      why: `${host} does not let ${user} in: ${why}`,
      remedy:
        'Give the whole address as the user name, and an app password rather than the account’s own (Gmail: myaccount.google.com/apppasswords, after two-step verification is on); or save the message as a file and give that instead.',
    };
  }
  const isDistrusted = error instanceof Error && 'code' in error && /CERT|SIGNATURE/.test(String(error.code));
  return {
    kind: 'failed',
    why: `${host}: ${why}`,
    remedy: isDistrusted
      ? 'The server’s certificate is not one that this machine trusts: look whether something stands between, and send no password until that is known.'
      : unreachableRemedy,
  };
}
