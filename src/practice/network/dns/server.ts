import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Packet, Question } from 'dns-packet';
import dnsPacket from 'dns-packet';
import type { Place } from '../addresses.ts';
import type { Listening, Network } from '../network.ts';
import type { DnsFault } from './resolver.ts';
import type { Asked, Reply } from './zones.ts';

/** Who answers, and how. */
export interface DnsService {
  readonly at: readonly Place[];
  /** A zone's own name server (AA), or a resolver (RA). */
  readonly is: 'authority' | 'resolver';
  reply(asked: Asked): Reply;
  fault(asked: Asked): DnsFault | undefined;
}

type Carrier = 'udp' | 'tcp';

const dnsPort = 53;
/** Octets over UDP: without EDNS (RFC 1035 §2.3.4), and at most with it, as servers do since the flag day of 2020. */
const withoutEdns = 512;
const mostOverUdp = 1_232;
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
/** A port that is free for TCP may be taken for UDP. */
const mostTries = 20;

/** Answers on port 53 of places, over UDP and TCP (RFC 7766), until it is closed. */
export async function serveDns(network: Network, service: DnsService): Promise<Listening> {
  for (let left = mostTries; ; left -= 1) {
    const tcp = await network.listen(
      createServer((socket) => converse(socket, service)),
      { at: {}, port: dnsPort },
    );
    const udp = createSocket('udp4');
    try {
      udp.bind(tcp.loopbackPort, '127.0.0.1');
      await once(udp, 'listening');
      return serving(network, service, { tcp, udp });
    } catch (error) {
      udp.close();
      await tcp.close();
      if (left === 0) throw error;
    }
  }
}

function serving(
  network: Network,
  service: DnsService,
  { tcp, udp }: { readonly tcp: Listening; readonly udp: UdpSocket },
): Listening {
  udp.on('message', (octets, { port, address }) => {
    const answer = answerTo(octets, 'udp', service);
    if (answer !== null) udp.send(answer, port, address);
  });
  // why: a client that has gone answers with ICMP, which is no error of ours
  udp.on('error', () => undefined);
  const { loopbackPort } = tcp;
  const releases = service.at.map((at) => network.assign({ at, port: dnsPort, loopbackPort }));
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    for (const release of releases) release();
    const closed = once(udp, 'close');
    udp.close();
    await Promise.all([closed, tcp.close()]);
  };
  return {
    loopbackPort,
    close() {
      ended ??= end();
      return ended;
    },
  };
}

/** Two octets of length stand before each message (RFC 1035 §4.2.2). */
function converse(socket: Socket, service: DnsService): void {
  let received = Buffer.alloc(0);
  socket.on('data', (piece) => {
    received = Buffer.concat([received, piece]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = answerTo(received.subarray(2, end), 'tcp', service);
      received = received.subarray(end);
      if (answer === null) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
}

/** The octets of the answer; null where there is to be none, and for what is no question. */
function answerTo(octets: Buffer, over: Carrier, service: DnsService): Buffer | null {
  const query = queryIn(octets);
  if (query === null) return null;
  const { packet, question } = query;
  const fault = service.fault(question);
  if (fault === 'silence' || (fault === 'no-tcp' && over === 'tcp')) return null;
  const reply: Reply =
    fault === 'servfail' ? { rcode: 'SERVFAIL', answers: [], authorities: [] } : service.reply(question);
  const edns = packet.additionals?.find((record) => record.type === 'OPT');
  const fits =
    over === 'tcp' ? 65_535 : Math.min(mostOverUdp, edns?.type === 'OPT' ? edns.udpPayloadSize : withoutEdns);
  const isTold = reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN';
  const flags =
    ((packet.flags ?? 0) & dnsPacket.RECURSION_DESIRED) |
    (service.is === 'resolver' ? dnsPacket.RECURSION_AVAILABLE : isTold ? dnsPacket.AUTHORITATIVE_ANSWER : 0) |
    rcodes[reply.rcode];
  const head: Packet = {
    type: 'response',
    ...(packet.id === undefined ? {} : { id: packet.id }),
    questions: [question],
    ...(edns === undefined ? {} : { additionals: [ednsOf()] }),
  };
  const whole = dnsPacket.encode({ ...head, flags, answers: [...reply.answers], authorities: [...reply.authorities] });
  if (whole.length <= fits) return whole;
  return dnsPacket.encode({ ...head, flags: flags | dnsPacket.TRUNCATED_RESPONSE });
}

function queryIn(octets: Buffer): { readonly packet: Packet; readonly question: Question } | null {
  try {
    const packet = dnsPacket.decode(octets);
    const question = packet.questions?.[0];
    return packet.type === 'query' && question !== undefined ? { packet, question } : null;
  } catch {
    // RFC 1035 §7.3: garbage has no id to answer to
    return null;
  }
}

function ednsOf(): NonNullable<Packet['additionals']>[number] {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: mostOverUdp,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}
