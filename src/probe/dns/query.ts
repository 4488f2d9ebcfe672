import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { addAbortSignal } from 'node:stream';
import type { DialFailure } from '../../remote/connection.ts';
import { DialError } from '../../remote/connection.ts';
import { failureOf, messageOf } from '../network.ts';
import type { Router } from '../route.ts';
import { routed } from '../route.ts';
import type { DnsServer } from '../settings.ts';
import type { DnsMessage, DnsQuery, DnsQuestion } from './message.ts';
import { dnsQuery, readMessage } from './message.ts';

/** A name server did not answer; nothing is known about what it would say. */
export class DnsSilence extends Error {
  readonly failure: DialFailure;

  constructor(failure: DialFailure, message: string) {
    super(message);
    this.name = 'DnsSilence';
    this.failure = failure;
  }
}

/** How a question is asked. */
export interface AskOptions {
  /** Whether the server is to look for the answer elsewhere (RD); a zone's own server is asked without. */
  readonly isRecursive: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** As in the settings. */
  readonly route?: Router | undefined;
}

/**
 * Asks one name server: over UDP, and over TCP where the answer does not fit (RFC 7766). Rejects with DnsSilence, or
 * with the signal's reason.
 */
export async function askServer(server: DnsServer, question: DnsQuestion, options: AskOptions): Promise<DnsMessage> {
  const query = dnsQuery(question, options);
  return inTime(options, async (signal) => {
    const place = await routed(server, options, signal);
    const answer = await overUdp(place, query, { signal, resendMs: options.timeoutMs / 2 });
    return answer ?? (await overTcp(place, query, signal));
  });
}

/** Asks over a stream that somebody opened, and ends it. Rejects as `askServer` does. */
export async function askThrough(stream: Duplex, question: DnsQuestion, options: AskOptions): Promise<DnsMessage> {
  return inTime(options, (signal) => overStream(addAbortSignal(signal, stream), dnsQuery(question, options)));
}

/**
 * Asks one server after the other until one can tell: it answers, and neither fails nor refuses. At most three are
 * tried, a lone one twice. Where all failed or refused, the last such answer is given; where none answered, rejects
 * with DnsSilence.
 */
export async function askFirst(
  servers: readonly DnsServer[],
  question: DnsQuestion,
  options: AskOptions,
): Promise<{ readonly server: DnsServer; readonly message: DnsMessage }> {
  const tries = servers.length === 1 ? [...servers, ...servers] : servers.slice(0, 3);
  let refusal: { readonly server: DnsServer; readonly message: DnsMessage } | undefined;
  let silence = new DnsSilence('lost', 'no resolver is configured');
  for (const server of tries) {
    try {
      const message = await askServer(server, question, options);
      if (canTell(message)) return { server, message };
      refusal = { server, message };
    } catch (error) {
      if (!(error instanceof DnsSilence)) throw error;
      silence = new DnsSilence(error.failure, `${server.address}: ${error.message}`);
    }
  }
  if (refusal === undefined) throw silence;
  return refusal;
}

/** Whether an answer says anything about what is published. */
export function canTell(message: DnsMessage): boolean {
  return message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN';
}

/** What becomes of an answer that does not come: silence after the time, and every error of the network. */
async function inTime<Answered>(
  { timeoutMs, signal }: AskOptions,
  ask: (signal: AbortSignal) => Promise<Answered>,
): Promise<Answered> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await ask(AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DnsSilence) throw error;
    if (error instanceof DialError) throw new DnsSilence(error.failure, error.message);
    if (timeout.aborted) throw new DnsSilence('silence', `no answer within ${timeoutMs / 1_000} s`);
    throw new DnsSilence(failureOf(error), messageOf(error));
  }
}

/** Two octets of length stand before each message (RFC 1035 §4.2.2). */
async function overStream(stream: Duplex, query: DnsQuery): Promise<DnsMessage> {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.octets.length);
  stream.write(Buffer.concat([length, query.octets]));
  let received = Buffer.alloc(0);
  try {
    for await (const piece of stream) {
      received = Buffer.concat([received, piece]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const read = readMessage(received.subarray(2, end), query);
        if (read.kind === 'answer') return read.message;
        received = received.subarray(end);
      }
    }
  } finally {
    stream.destroy();
  }
  throw new DnsSilence('lost', 'the connection was closed without an answer');
}

/** The answer, or `null` where it was truncated. Sent again once, since a packet may be lost. */
async function overUdp(
  server: DnsServer,
  query: DnsQuery,
  { signal, resendMs }: { readonly signal: AbortSignal; readonly resendMs: number },
): Promise<DnsMessage | null> {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  let resend: NodeJS.Timeout | undefined;
  try {
    // why connected: the kernel then drops what comes from another address, and tells of a closed port
    socket.connect(server.port, server.address);
    await once(socket, 'connect', { signal });
    return await new Promise<DnsMessage | null>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.on('error', reject);
      socket.on('message', (octets) => {
        const read = readMessage(octets, query);
        if (read.kind === 'answer') resolve(read.message);
        else if (read.kind === 'truncated') resolve(null);
      });
      resend = setTimeout(() => socket.send(query.octets), resendMs);
      socket.send(query.octets);
    });
  } finally {
    clearTimeout(resend);
    socket.close();
  }
}

async function overTcp(server: DnsServer, query: DnsQuery, signal: AbortSignal): Promise<DnsMessage> {
  const socket = connect({ host: server.address, port: server.port, noDelay: true, signal });
  await once(socket, 'connect');
  return overStream(socket, query);
}
