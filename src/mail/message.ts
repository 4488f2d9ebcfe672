import type { ProviderReply } from './provider-codes.ts';

/** One header field as it arrived, unfolded (RFC 5322 §2.2.3). */
export interface HeaderField {
  /** As written: `Message-ID`. */
  readonly name: string;
  /** In one line, without the spaces around it. */
  readonly value: string;
}

/** An address and the name before it. */
export interface Mailbox {
  /** Decoded; empty where there is none. */
  readonly name: string;
  /** `i@example.com`; empty where none could be read. */
  readonly address: string;
  /** In lower case; empty where there is none. */
  readonly domain: string;
}

/** TLS on one hop, as the server that took the message tells it; either may be missing from what it wrote. */
export interface HopTls {
  /** `1.3`; `''` where only the use of TLS is told. */
  readonly version: string;
  /** `TLS_AES_256_GCM_SHA384`; `''` where it is not told. */
  readonly cipher: string;
}

/** One hop: a Received field (RFC 5321 §4.4). */
export interface ReceivedHop {
  /** The name that the sender of this hop greeted with; empty where it is not told. */
  readonly from: string;
  /** The reverse name that the receiver found; null where it found, or wrote down, none. */
  readonly reverseName: string | null;
  /** The sender's address; null where it is not told. */
  readonly address: string | null;
  /** 4 or 6; null without an address. */
  readonly family: 4 | 6 | null;
  /** Who took the message. */
  readonly by: string;
  /** The protocol: `ESMTPS`. */
  readonly with: string;
  /** Null where the hop tells of no TLS. */
  readonly tls: HopTls | null;
  /** When it was taken, ISO 8601; null where that cannot be read. */
  readonly at: string | null;
}

/** What one method found (RFC 8601 §2.2). */
export interface MethodResult {
  /** In lower case: `spf`, `dkim`, `dmarc`, `arc`, `compauth`. */
  readonly method: string;
  /** In lower case: `pass`. */
  readonly result: string;
  readonly reason: string | null;
  /** What stood in parentheses. */
  readonly comment: string;
  /** `smtp.mailfrom` → `i@example.com`; names in lower case. A property that comes twice keeps its first value. */
  readonly properties: ReadonlyMap<string, string>;
}

/** One Authentication-Results field. */
export interface AuthenticationResults {
  /** Who says so; null where the field names nobody, as Microsoft's do not. */
  readonly authservId: string | null;
  /**
   * True for those of the server that the message was read at. Others came with the message, and anyone could have
   * written them (RFC 8601 §7.1).
   */
  readonly isReceivers: boolean;
  readonly results: readonly MethodResult[];
}

/** A DKIM-Signature field (RFC 6376 §3.5). */
export interface DkimSignature {
  /** d=, in lower case. */
  readonly domain: string;
  /** s= */
  readonly selector: string;
  /** a=, in lower case: `rsa-sha256`. */
  readonly algorithm: string;
  /** h=, in lower case. */
  readonly signedFields: readonly string[];
  /** x=, ISO 8601; null where it never ends. */
  readonly expiresAt: string | null;
}

/** What one party that passed the message on says it found (RFC 8617). */
export interface ArcSet {
  /** i=: 1 is the first. */
  readonly instance: number;
  /** Domain of the ARC-Seal; empty where it is missing. */
  readonly sealedBy: string;
  /** cv= of the ARC-Seal, in lower case: `none`, `pass`, `fail`; empty where it is missing. */
  readonly chain: string;
  readonly authservId: string | null;
  readonly results: readonly MethodResult[];
}

/** A header by which a receiver says what it takes the message for. */
export interface SpamHint {
  readonly header: string;
  readonly value: string;
  readonly says: 'spam' | 'clean';
}

/** What a message tells about its way, read from its headers. Everything in it was written by others: not yet safe to show. */
export interface ReceivedMessage {
  /** All header fields, the topmost (latest) first. */
  readonly fields: readonly HeaderField[];
  /** True where the headers were longer than is read. */
  readonly isCut: boolean;
  /** Without the angle brackets; null where it is missing. */
  readonly messageId: string | null;
  readonly from: readonly Mailbox[];
  /** The envelope sender; `''` is the empty one of bounces; null where the field is missing. */
  readonly returnPath: string | null;
  /** Date as written; null where it is missing. */
  readonly date: string | null;
  /** Date, ISO 8601; null where it is missing or cannot be read. */
  readonly sentAt: string | null;
  /** Encoded words decoded (RFC 2047). */
  readonly subject: string;
  /** The latest hop first. */
  readonly hops: readonly ReceivedHop[];
  /** The hop on which the message reached the receiver from outside; null where none can be told. */
  readonly sendingHop: ReceivedHop | null;
  readonly authenticationResults: readonly AuthenticationResults[];
  readonly signatures: readonly DkimSignature[];
  /** By instance, the first first. */
  readonly arc: readonly ArcSet[];
  readonly spamHints: readonly SpamHint[];
  /** Why it seems that the message was passed on by somebody; empty where nothing says so. */
  readonly forwardingSigns: readonly string[];
  /** True for a delivery status notification (RFC 3464), or what looks like one. */
  readonly isBounce: boolean;
  /** Replies of mail servers in a bounce's text that are known to mean something. */
  readonly replies: readonly ProviderReply[];
}

/** What the receiver itself found with one method (`spf`, `dkim`, `dmarc`); several for several signatures. */
export function receiversResults(message: ReceivedMessage, method: string): readonly MethodResult[] {
  return message.authenticationResults
    .filter(({ isReceivers }) => isReceivers)
    .flatMap(({ results }) => results.filter((result) => result.method === method));
}
