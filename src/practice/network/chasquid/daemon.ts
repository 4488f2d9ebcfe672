import { createPrivateKey } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { spf } from 'mailauth/lib/spf/index.js';
import type { Resolver } from '../dns/resolver.ts';
import { mailauthResolver } from '../mailauth-resolver.ts';
import type { Network } from '../network.ts';
import { AliasError, type Directory, partsOf, plainName, resolveAliases } from './aliases.ts';
import type { Loaded, Signer } from './load.ts';
import type { MailHost } from './mail-host.ts';
import type { Queue } from './queue.ts';
import { isPassword } from './users.ts';

/** A message as a session took it. */
export interface Incoming {
  readonly from: string;
  readonly to: readonly string[];
  readonly octets: Buffer;
  /** Who logged in. */
  readonly user: string | undefined;
  /** The Received field for it. */
  readonly received: string;
}

/** What became of a message. */
export type Taken =
  | { readonly kind: 'queued'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string };

/** RFC 5321 §6.3; chasquid's own limit. */
const mostHops = 50;
const signedFields = 'from:subject:date:to:cc:message-id';

/** What the sessions share: who is local, who may log in, and what becomes of a message. */
export class Daemon implements Directory {
  readonly #loaded: Loaded;
  readonly #host: MailHost;
  readonly #queue: Queue;
  readonly #resolver: Resolver;
  readonly #network: Network;

  constructor(
    loaded: Loaded,
    parts: { readonly host: MailHost; readonly queue: Queue; readonly resolver: Resolver; readonly network: Network },
  ) {
    this.#loaded = loaded;
    this.#host = parts.host;
    this.#queue = parts.queue;
    this.#resolver = parts.resolver;
    this.#network = parts.network;
  }

  get hostname(): string {
    return this.#loaded.hostname;
  }

  get mostOfMessage(): number {
    return this.#loaded.settings.mostOfMessage;
  }

  /** Whether lines must end with CRLF. */
  get isStrict(): boolean {
    return this.#loaded.behaviour.refusesBareLineFeeds;
  }

  now(): Date {
    return this.#host.now();
  }

  log(line: string): void {
    this.#host.log(line);
  }

  /** The certificate for a name, or the first. */
  contextFor(name: string): SecureContext {
    const { certificates } = this.#loaded;
    const found = certificates.find(({ certificate }) => name !== '' && certificate.checkHost(name) !== undefined);
    const [first] = certificates;
    const shown = found ?? first;
    if (shown === undefined) throw new Error('chasquid runs without a certificate.');
    return shown.context;
  }

  isLocal(address: string): boolean {
    const { domain } = partsOf(address);
    return domain === 'localhost' || this.#loaded.domains.has(domain);
  }

  hasUser(address: string): boolean {
    const { user, domain } = partsOf(address);
    const users = this.#loaded.domains.get(domain)?.users ?? new Map();
    return [...users.keys()].some((name) => plainName(name) === plainName(user));
  }

  aliasesOf(domain: string) {
    return this.#loaded.domains.get(domain)?.aliases;
  }

  /** Whether a local address is a user's or an alias. */
  isKnown(address: string): boolean {
    const { user, domain } = partsOf(address);
    const aliases = this.aliasesOf(domain);
    return this.hasUser(address) || aliases?.has(plainName(user)) === true || aliases?.has('*') === true;
  }

  async isLogin(address: string, password: string): Promise<boolean> {
    const { user, domain } = partsOf(address);
    const kept = this.#loaded.domains.get(domain)?.users.get(user.toLowerCase());
    return kept !== undefined && isPassword(password, kept);
  }

  /** Why the sender's domain forbids that client (RFC 7208); undefined where it does not. */
  async spfFailure(sender: string, helo: string, client: Socket): Promise<string | undefined> {
    const { status } = await spf({
      ip: this.#network.sourceOf(client),
      helo,
      sender,
      mta: this.hostname,
      resolver: mailauthResolver(this.#resolver),
    });
    return status.result === 'fail' ? 'matched all' : undefined;
  }

  /** Signs a message where it is to be signed, and puts it into the queue. */
  async take(incoming: Incoming): Promise<Taken> {
    const hops = headerOf(incoming.octets).match(/^Received:/gim)?.length ?? 0;
    if (hops > mostHops) return refused(554, `5.4.6 Loop detected (${mostHops} hops)`);
    if (this.#queue.isFull()) return refused(451, '4.3.0 Failed to queue message: queue size too big');
    const signatures = incoming.user === undefined ? '' : await this.#sign(incoming);
    if (signatures === null) return refused(451, '4.3.0 DKIM signing failed');
    try {
      const recipients = incoming.to.flatMap((original) =>
        resolveAliases(original, this).map((destination) => ({ destination, original })),
      );
      const octets = Buffer.concat([Buffer.from(incoming.received + signatures), incoming.octets]);
      return {
        kind: 'queued',
        id: await this.#queue.put({ from: incoming.from, to: incoming.to, octets, recipients }),
      };
    } catch (error) {
      if (error instanceof AliasError) return refused(451, `4.3.0 Failed to queue message: ${error.message}`);
      throw error;
    }
  }

  /** Begins to deliver a message that was taken. */
  deliver(id: string): void {
    this.#queue.begin(id);
  }

  /** The DKIM-Signature fields of a message (RFC 6376); null where signing failed. */
  async #sign({ from, octets }: Incoming): Promise<string | null> {
    const { domain } = partsOf(from);
    const signers = this.#loaded.behaviour.signs
      ? (this.#loaded.domains.get(domain)?.signers ?? [])
      : await this.#hookSigners(domain);
    if (signers.length === 0) return '';
    const { signatures, errors } = await dkimSign(octets, {
      canonicalization: this.#loaded.behaviour.signs ? 'relaxed/relaxed' : 'relaxed/simple',
      headerList: signedFields,
      signTime: this.now(),
      signatureData: signers.map(({ selector, key }) => ({
        signingDomain: domain,
        selector,
        privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      })),
      // why: mailauth's types want one signature here, though it takes those above
    } as unknown as Parameters<typeof dkimSign>[1]);
    return errors.length > 0 ? null : signatures;
  }

  /** What the packaged hook of an old chasquid signs with, read anew for each message; nothing where a part is missing. */
  async #hookSigners(domain: string): Promise<readonly Signer[]> {
    const [hook, program, selector] = await Promise.all(
      ['/etc/chasquid/hooks/post-data', '/usr/bin/dkimsign', `/etc/chasquid/domains/${domain}/dkim_selector`].map(
        (path) => this.#host.read(path),
      ),
    );
    const keyPath = `/etc/chasquid/certs/${domain}/dkim_privkey.pem`;
    const key = await this.#host.read(keyPath);
    if (hook === undefined || program === undefined || selector === undefined || key === undefined) return [];
    if (!(await this.#host.canRead(keyPath))) return [];
    return [{ selector: selector.toString().trim(), key: createPrivateKey(key) }];
  }
}

function refused(code: number, text: string): Taken {
  return { kind: 'refused', code, text };
}

function headerOf(octets: Buffer): string {
  const end = octets.indexOf('\r\n\r\n');
  return octets.subarray(0, end === -1 ? undefined : end).toString('latin1');
}
