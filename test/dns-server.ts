import type { Socket as UdpSocket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer, isIPv6 } from 'node:net';
import type { Answer, Packet, RecordType } from 'dns-packet';
import dnsPacket from 'dns-packet';

/** How a name server behaves that the tests speak to; all of it may be changed while it runs. */
export interface DnsDoubleBehaviour {
  /** What it knows. The names of its SOA records are its zones; what is in none of them it refuses. */
  records: readonly Answer[];
  /** `true`: a zone's own server (AA). `false`: a resolver, which knows everything by hearsay. */
  isAuthoritative?: boolean;
  /** Questions for these names are never answered. */
  silent?: readonly string[];
  /** These names are answered with an error: `SERVFAIL`, `REFUSED`, … */
  failing?: Readonly<Record<string, keyof typeof rcodes>>;
  /** Over UDP these names are answered as not fitting (TC), over TCP in full. */
  truncated?: readonly string[];
  /** Before the true answer for these names comes a forged one: with another id, or for another question. */
  forged?: Readonly<Record<string, 'id' | 'question' | 'garbage'>>;
}

/** A question that was asked. */
export interface AskedQuestion {
  readonly name: string;
  readonly type: RecordType;
  readonly over: 'udp' | 'tcp';
  readonly isRecursive: boolean;
  /** The payload size of its EDNS record, or `null` without one. */
  readonly payloadSize: number | null;
}

/** A name server of the tests' own, on real sockets: UDP and TCP on one loopback port. */
export interface DnsDouble {
  readonly address: string;
  readonly port: number;
  readonly behaviour: DnsDoubleBehaviour;
  readonly asked: readonly AskedQuestion[];
  stop(): Promise<void>;
}

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const withoutEdns = 512;

/** Starts a name server on a free port, or on a given one, where another address of it is to be the second server. */
export async function startDnsDouble(
  behaviour: DnsDoubleBehaviour,
  place: { readonly address?: string; readonly port?: number } = {},
): Promise<DnsDouble> {
  const address = place.address ?? '127.0.0.1';
  const { tcp, udp } = await bind(address, place.port ?? 0);
  const asked: AskedQuestion[] = [];
  const connections = new Set<Socket>();
  const bound = udp.address();

  udp.on('message', (octets, { port, address: from }) => {
    for (const answer of answersTo(octets, { over: 'udp', behaviour, asked })) udp.send(answer, port, from);
  });
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const octets = received.subarray(2, 2 + received.readUInt16BE(0));
      for (const answer of answersTo(octets, { over: 'tcp', behaviour, asked })) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
    });
  });

  return {
    address,
    port: bound.port,
    behaviour,
    asked,
    async stop() {
      for (const socket of connections) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** UDP and TCP on the same port. A port that is free for one may be taken for the other; then another one is tried. */
async function bind(address: string, port: number): Promise<{ readonly tcp: Server; readonly udp: UdpSocket }> {
  for (;;) {
    const tcp = createServer();
    tcp.listen(port, address);
    await once(tcp, 'listening');
    const bound = tcp.address();
    const udp = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    try {
      udp.bind(bound !== null && typeof bound === 'object' ? bound.port : port, address);
      await once(udp, 'listening');
      return { tcp, udp };
    } catch (error) {
      udp.close();
      tcp.close();
      if (port !== 0) throw error;
    }
  }
}

function answersTo(
  octets: Buffer,
  server: { readonly over: 'udp' | 'tcp'; readonly behaviour: DnsDoubleBehaviour; readonly asked: AskedQuestion[] },
): readonly Buffer[] {
  const { over, behaviour, asked } = server;
  const query = dnsPacket.decode(octets);
  const question = query.questions?.[0];
  if (question === undefined) return [];
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  const payloadSize = edns?.type === 'OPT' ? edns.udpPayloadSize : null;
  asked.push({ name: question.name, type: question.type, over, isRecursive: query.flag_rd, payloadSize });
  if (behaviour.silent?.includes(question.name)) return [];

  const answer = { type: 'response' as const, id: query.id, questions: [question], ...contentFor(question, behaviour) };
  const whole = dnsPacket.encode(answer);
  const doesNotFit = behaviour.truncated?.includes(question.name) || whole.length > (payloadSize ?? withoutEdns);
  const sent =
    over === 'udp' && doesNotFit
      ? dnsPacket.encode({ ...answer, flags: answer.flags | dnsPacket.TRUNCATED_RESPONSE, answers: [] })
      : whole;
  return [...forgedBefore(answer, behaviour.forged?.[question.name]), sent];
}

function forgedBefore(answer: Packet, how: 'id' | 'question' | 'garbage' | undefined): readonly Buffer[] {
  if (how === undefined) return [];
  const forged: Answer[] = [{ type: 'A', name: answer.questions?.[0]?.name ?? '', ttl: 60, data: '192.0.2.66' }];
  if (how === 'id') return [dnsPacket.encode({ ...answer, id: ((answer.id ?? 0) + 1) % 65_536, answers: forged })];
  if (how === 'question') {
    return [dnsPacket.encode({ ...answer, questions: [{ name: 'other.test', type: 'A' }], answers: forged })];
  }
  return [dnsPacket.encode({ ...answer, answers: forged }).subarray(0, -3)];
}

interface Content {
  readonly flags: number;
  readonly answers: Answer[];
  readonly authorities: Answer[];
}

function contentFor(
  { name, type }: { readonly name: string; readonly type: RecordType },
  behaviour: DnsDoubleBehaviour,
): Content {
  const isAuthoritative = behaviour.isAuthoritative === true;
  const flags = isAuthoritative ? dnsPacket.AUTHORITATIVE_ANSWER : dnsPacket.RECURSION_AVAILABLE;
  const zones = behaviour.records.filter((record) => record.type === 'SOA').map((record) => record.name);
  const zone = zones.filter((apex) => isWithin(name, apex)).sort((one, other) => other.length - one.length)[0];
  const failure = behaviour.failing?.[name] ?? (isAuthoritative && zone === undefined ? 'REFUSED' : undefined);
  if (failure !== undefined) return { flags: rcodes[failure], answers: [], authorities: [] };

  const answers = chain(name, type, behaviour.records);
  if (answers.some((record) => record.type === type)) return { flags, answers, authorities: [] };
  const last = answers.at(-1);
  const owner = last?.type === 'CNAME' ? last.data : name;
  const exists = behaviour.records.some((record) => isWithin(record.name, owner));
  const soa = behaviour.records.filter((record) => record.type === 'SOA' && record.name === zone);
  return { flags: flags | (exists ? rcodes.NOERROR : rcodes.NXDOMAIN), answers, authorities: [...soa] };
}

/** The records of a name and type, with the aliases on the way to them. */
function chain(name: string, type: RecordType, records: readonly Answer[]): Answer[] {
  const found = records.filter((record) => sameName(record.name, name) && record.type === type);
  const alias = records.find((record) => sameName(record.name, name) && record.type === 'CNAME');
  if (found.length > 0 || alias?.type !== 'CNAME') return found;
  return [
    alias,
    ...chain(
      alias.data,
      type,
      records.filter((record) => record !== alias),
    ),
  ];
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isWithin(name: string, apex: string): boolean {
  return sameName(name, apex) || name.toLowerCase().endsWith(`.${apex.toLowerCase()}`);
}
