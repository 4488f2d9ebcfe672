import { isIP } from 'node:net';
import type { ProbeContext } from '../context.ts';
import { dial, forwardingRemedy } from '../dial.ts';
import type { DnsServer } from '../settings.ts';
import { readLookup } from './lookup.ts';
import type { DnsMessage, DnsQuestion } from './message.ts';
import type { AskOptions } from './query.ts';
import { askFirst, askServer, askThrough, canTell, DnsSilence } from './query.ts';
import type { Sighting } from './zone.ts';

/** What was seen from a vantage, and what stood in the way. */
export interface Seen {
  readonly sightings: readonly Sighting[];
  readonly remedy?: string;
}

/** Asks every public resolver. */
export async function askPublic(question: DnsQuestion, context: ProbeContext): Promise<Seen> {
  const sightings = await Promise.all(
    context.settings.resolvers.map((server) =>
      sighting(server.address, question, () => askServer(server, question, recursive(context))),
    ),
  );
  return { sightings };
}

/** Asks the resolvers of the operator's own machine: the first that answers. */
export async function askHere(question: DnsQuestion, context: ProbeContext): Promise<Seen> {
  const { systemResolvers } = context.settings;
  const source = systemResolvers[0]?.address ?? 'the system’s resolver';
  const asked = async () => (await askFirst(systemResolvers, question, recursive(context))).message;
  return { sightings: [await sighting(source, question, asked)] };
}

/** Asks the resolvers that the target is configured with, over TCP from there. */
export async function askFromTarget(question: DnsQuestion, context: ProbeContext): Promise<Seen> {
  const { connection, signal } = context;
  const nobody = (why: string): Seen => ({
    sightings: [{ kind: 'silent', source: 'the target’s resolver', why, isOurs: true }],
  });
  if (connection === null) return nobody('there is no line to the target');
  const { stdout } = await connection.runScript('cat /etc/resolv.conf\n', { signal });
  const [server] = resolversIn(Buffer.from(stdout).toString(), context);
  if (server === undefined) return nobody('/etc/resolv.conf there names none');
  const dialled = await dial(
    { from: 'target', host: server.address, port: server.port, timeoutMs: context.settings.queryTimeoutMs },
    context,
  );
  if (dialled.kind === 'failed') {
    const seen = nobody(`${server.address}: ${dialled.why}`);
    return dialled.failure === 'not-allowed' ? { ...seen, remedy: forwardingRemedy } : seen;
  }
  const asked = () => askThrough(dialled.stream, question, recursive(context));
  return { sightings: [await sighting(server.address, question, asked)] };
}

/** What came of asking one source. Rejects only with the signal's reason. */
async function sighting(source: string, question: DnsQuestion, ask: () => Promise<DnsMessage>): Promise<Sighting> {
  try {
    const message = await ask();
    if (canTell(message)) return { kind: 'answer', source, lookup: readLookup(message, question) };
    return { kind: 'silent', source, why: `it answered ${message.rcode}`, isOurs: false };
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    return { kind: 'silent', source, why: error.message, isOurs: error.failure === 'no-route' };
  }
}

/** The `nameserver` lines (resolv.conf(5)); addresses of one link only (`fe80::1%eth0`) are not dialled. */
function resolversIn(file: string, { settings }: ProbeContext): readonly DnsServer[] {
  const addresses = Array.from(file.matchAll(/^\s*nameserver\s+(\S+)/gm), ([, address = '']) => address);
  return addresses
    .filter((address) => isIP(address) !== 0 && !address.includes('%'))
    .map((address) => ({ address, port: settings.authorityPort }));
}

function recursive({ settings, signal }: ProbeContext): AskOptions {
  return { isRecursive: true, timeoutMs: settings.queryTimeoutMs, signal, route: settings.route };
}
