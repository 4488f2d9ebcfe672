import { randomInt } from 'node:crypto';
import type { Answer, DecodedPacket, Packet, RecordType } from 'dns-packet';
import dnsPacket from 'dns-packet';

/** What is asked of a name server. */
export interface DnsQuestion {
  /** As `dnsName` gives it. */
  readonly name: string;
  readonly type: RecordType;
}

/** A name server's answer. */
export interface DnsMessage {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, … */
  readonly rcode: string;
  /** It comes from a name server of the zone itself, not from memory. */
  readonly isAuthoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

/** A question on its way: its octets, and what an answer to it must repeat. */
export interface DnsQuery {
  readonly id: number;
  readonly question: DnsQuestion;
  readonly octets: Buffer;
}

/** What a received message is to us. `foreign`: no answer to our question, as a forged or a late one. */
export type ReadMessage =
  | { readonly kind: 'answer'; readonly message: DnsMessage }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'foreign' };

/** Fits into one packet on any path (DNS Flag Day 2020). */
const udpPayloadSize = 1232;
const headerOctets = 12;
const truncatedFlag = 0x0200;
const responseFlag = 0x8000;
/** RFC 1035 §4.1.1. */
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;

/** A question as a message with a random id (RFC 5452 §9.2) and EDNS(0) (RFC 6891). */
export function dnsQuery(question: DnsQuestion, { isRecursive }: { readonly isRecursive: boolean }): DnsQuery {
  const id = randomInt(65_536);
  const octets = dnsPacket.encode({
    type: 'query',
    id,
    flags: isRecursive ? dnsPacket.RECURSION_DESIRED : 0,
    questions: [{ name: question.name, type: question.type, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  return { id, question, octets };
}

/** Reads what came back; an answer must repeat the id and the question (RFC 5452 §9.1). Never throws. */
export function readMessage(octets: Buffer, query: DnsQuery): ReadMessage {
  if (octets.length < headerOctets || octets.readUInt16BE(0) !== query.id) return { kind: 'foreign' };
  const flags = octets.readUInt16BE(2);
  if ((flags & responseFlag) === 0) return { kind: 'foreign' };
  // why before decoding: a truncated message may break off within a record
  if ((flags & truncatedFlag) !== 0) return { kind: 'truncated' };
  try {
    const packet = dnsPacket.decode(octets);
    // why: dns-packet reads on beyond the end of a message that was cut within an address
    if (dnsPacket.decode.bytes > octets.length) return { kind: 'foreign' };
    const message = messageOf(packet, rcodes[flags & 0xf] ?? `RCODE ${flags & 0xf}`);
    return repeats(packet, query.question, message.rcode) ? { kind: 'answer', message } : { kind: 'foreign' };
  } catch {
    // why: a message that does not decode answers nothing; the right one may still come
    return { kind: 'foreign' };
  }
}

/** A server that did not understand or refuses may leave the question out; nothing is concluded from such an answer. */
function repeats(packet: Packet, { name, type }: DnsQuestion, rcode: string): boolean {
  const [asked] = packet.questions ?? [];
  if (asked === undefined) return rcode !== 'NOERROR' && rcode !== 'NXDOMAIN';
  return asked.name.toLowerCase() === name && asked.type === type;
}

function messageOf(packet: DecodedPacket, rcode: string): DnsMessage {
  return {
    rcode,
    isAuthoritative: packet.flag_aa,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
  };
}
