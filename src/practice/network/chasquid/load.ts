import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { AliasError, type Aliases, readAliases } from './aliases.ts';
import type { MailHost } from './mail-host.ts';
import { type ChasquidSettings, readSettings } from './settings.ts';
import { ProtoError } from './text-proto.ts';
import { readUsers, type Users } from './users.ts';
import { type Behaviour, behaviourOf } from './version.ts';

/** A key that mail of a domain is signed with. */
export interface Signer {
  readonly selector: string;
  readonly key: KeyObject;
}

/** A domain that chasquid serves. */
export interface LocalDomain {
  users: Users;
  aliases: Aliases;
  readonly signers: readonly Signer[];
}

/** A certificate that it shows to those who ask for one of its names. */
export interface Shown {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

/** All that chasquid reads when it starts. */
export interface Loaded {
  readonly settings: ChasquidSettings;
  readonly behaviour: Behaviour;
  /** As it greets. */
  readonly hostname: string;
  readonly domains: ReadonlyMap<string, LocalDomain>;
  readonly certificates: readonly Shown[];
}

/** The daemon ends, with this as its last word. */
export class Fatal extends Error {}

const folder = '/etc/chasquid';

/** Reads the configuration, certificates and domains, as that version does. Throws Fatal. */
export async function load(host: MailHost, version: string): Promise<Loaded> {
  const behaviour = behaviourOf(version);
  const settings = await settingsOf(host, version);
  const files = new Files(host);
  host.log('Loading certificates:');
  const certificates: Shown[] = [];
  for (const { name, kind } of await files.entries('certs')) {
    if (kind === 'file' || (kind === 'link' && !behaviour.followsCertificateLinks)) continue;
    const shown = await files.certificate(name, behaviour);
    if (shown !== undefined) certificates.push(shown);
  }
  host.log('Loading domains:');
  const domains = new Map<string, LocalDomain>();
  for (const { name, kind } of await files.entries('domains')) {
    if (kind === 'file') continue;
    domains.set(name.toLowerCase(), await files.domain(name, behaviour));
  }
  if (certificates.length === 0) {
    host.log('No SSL/TLS certificates found');
    host.log('Ideally there should be a certificate for each MX you act as');
    throw new Fatal('At least one valid certificate is needed');
  }
  return { settings, behaviour, hostname: settings.hostname || host.hostname(), domains, certificates };
}

/** Reads users and aliases again, as every 30 seconds; certificates, keys and new domains only a start reads. Throws Fatal. */
export async function reload(loaded: Loaded, host: MailHost): Promise<void> {
  const files = new Files(host);
  for (const [name, domain] of loaded.domains) {
    // an old chasquid that found no users at its start does not look again
    if (loaded.behaviour.seesFirstUser || domain.users.size > 0)
      domain.users = await files.users(name, loaded.behaviour);
    domain.aliases = await files.aliases(name, loaded.behaviour);
  }
}

async function settingsOf(host: MailHost, version: string): Promise<ChasquidSettings> {
  const path = `${folder}/chasquid.conf`;
  const text = await host.read(path);
  if (text === undefined)
    throw new Fatal(
      `Error loading config: failed to read config at "${path}": open ${path}: no such file or directory`,
    );
  try {
    return readSettings(text.toString(), version);
  } catch (error) {
    if (error instanceof ProtoError) throw new Fatal(`Error loading config: parsing config: proto: ${error.message}`);
    throw error;
  }
}

/** chasquid's files, read with the rights of its user. Its methods throw Fatal. */
class Files {
  readonly #host: MailHost;

  constructor(host: MailHost) {
    this.#host = host;
  }

  async entries(name: string) {
    const found = await this.#host.list(`${folder}/${name}`);
    if (found === undefined || found.length === 0) throw new Fatal(`No entries found in "${name}/"`);
    return found;
  }

  async certificate(name: string, behaviour: Behaviour): Promise<Shown | undefined> {
    this.#host.log(`  ${name}`);
    const paths = ['fullchain.pem', 'privkey.pem'].map((file) => `certs/${name}/${file}`);
    const contents: Buffer[] = [];
    for (const path of paths) {
      if ((await this.#host.read(`${folder}/${path}`)) === undefined) {
        this.#host.log(`    skipping: stat ${path}: no such file or directory`);
        return undefined;
      }
    }
    for (const path of paths) contents.push(await this.#read(path, '    '));
    const [chain = Buffer.alloc(0), key = Buffer.alloc(0)] = contents;
    try {
      const oldest = behaviour.refusesOldTls
        ? ({ minVersion: 'TLSv1.2' } as const)
        : ({ minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const);
      return { certificate: new X509Certificate(chain), context: createSecureContext({ cert: chain, key, ...oldest }) };
    } catch (error) {
      throw new Fatal(`    tls: ${error instanceof Error ? error.message : error}`);
    }
  }

  async domain(name: string, behaviour: Behaviour): Promise<LocalDomain> {
    const users = await this.users(name, behaviour);
    const aliases = await this.aliases(name, behaviour);
    const signers = behaviour.signs ? await this.#signers(name) : [];
    const keys = behaviour.signs ? `, ${signers.length} DKIM keys` : '';
    this.#host.log(`  ${name} (${users.size} users, ${aliases.size} aliases${keys})`);
    return { users, aliases, signers };
  }

  users(name: string, behaviour: Behaviour): Promise<Users> {
    return this.#optional({ name, file: 'users', behaviour, none: new Map() as Users, read: readUsers });
  }

  aliases(name: string, behaviour: Behaviour): Promise<Aliases> {
    const read = (text: string) => readAliases(text, name, { isStrict: behaviour.failsOnBadAlias });
    return this.#optional({ name, file: 'aliases', behaviour, none: new Map() as Aliases, read });
  }

  /** A file that may be missing; one that cannot be read ends a new chasquid, and an old one goes on without it. */
  async #optional<Content>(asked: {
    readonly name: string;
    readonly file: string;
    readonly behaviour: Behaviour;
    readonly none: Content;
    readonly read: (text: string) => Content;
  }): Promise<Content> {
    const { name, file, behaviour, none, read } = asked;
    const path = `domains/${name}/${file}`;
    const content = await this.#host.read(`${folder}/${path}`);
    if (content === undefined) return none;
    let why: string;
    try {
      if (await this.#host.canRead(`${folder}/${path}`)) return read(content.toString());
      why = `open ${path}: permission denied`;
    } catch (error) {
      if (!(error instanceof ProtoError || error instanceof AliasError)) throw error;
      why = error.message;
    }
    if (behaviour.failsOnUnreadable) throw new Fatal(`  ${name}: ${file} file error: ${why}`);
    this.#host.log(`    Error: ${why}`);
    return none;
  }

  async #signers(name: string): Promise<readonly Signer[]> {
    const entries = (await this.#host.list(`${folder}/domains/${name}`)) ?? [];
    const signers: Signer[] = [];
    for (const { name: file } of entries) {
      const selector = /^dkim:(.+)\.pem$/.exec(file)?.[1];
      if (selector === undefined) continue;
      const problem = `  ${name}: DKIM loading error: `;
      const pem = await this.#read(`domains/${name}/${file}`, problem);
      if (!/-----BEGIN PRIVATE KEY-----/.test(pem.toString())) {
        const type = /-----BEGIN ([^-]+)-----/.exec(pem.toString())?.[1];
        throw new Fatal(
          `${problem}${type === undefined ? 'error decoding PEM block' : `unsupported block type: ${type}`}`,
        );
      }
      try {
        signers.push({ selector, key: createPrivateKey(pem) });
      } catch {
        throw new Fatal(`${problem}error decoding PEM block`);
      }
    }
    return signers;
  }

  async #read(path: string, problem: string): Promise<Buffer> {
    const content = await this.#host.read(`${folder}/${path}`);
    if (content === undefined) throw new Fatal(`${problem}open ${path}: no such file or directory`);
    if (!(await this.#host.canRead(`${folder}/${path}`))) throw new Fatal(`${problem}open ${path}: permission denied`);
    return content;
  }
}
