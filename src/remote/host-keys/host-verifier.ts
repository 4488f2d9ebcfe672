import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { HostSettings } from '../configuration/settings.ts';
import type { HostKey } from '../connection.ts';
import { RemoteError } from '../error.ts';
import type { Questions } from '../line/questions.ts';
import { said } from '../said.ts';
import { hostKeyOf, keyTypeOf } from './host-key.ts';
import { type KnownHosts, knownHostsName, knownTypes, standingOf } from './known-hosts.ts';
import { readKnownHosts, rememberKey, replaceKey } from './known-hosts-file.ts';

/** What verifying one server's key needs. */
export interface VerifierNeeds {
  readonly settings: HostSettings;
  readonly questions: Questions;
  /** The server may have been installed anew: a changed key is asked about. */
  readonly expectsReinstall: boolean;
}

/** Verifies the key that one server shows, against the known_hosts files and, where they are silent, the person. */
export class HostVerifier {
  readonly #needs: VerifierNeeds;
  readonly #known: KnownHosts;
  #accepted: Buffer | undefined;
  #toRemember: 'nothing' | 'new' | 'instead' = 'nothing';

  private constructor(needs: VerifierNeeds, known: KnownHosts) {
    this.#needs = needs;
    this.#known = known;
  }

  /** Reads the known_hosts files. Throws RemoteError where one cannot be read. */
  static async open(needs: VerifierNeeds): Promise<HostVerifier> {
    const { userKnownHosts, globalKnownHosts } = needs.settings;
    return new HostVerifier(needs, await readKnownHosts([...userKnownHosts, ...globalKnownHosts]));
  }

  /** The types of key that this host is known by. */
  get knownKeyTypes(): readonly string[] {
    const { keyHost, keyPort } = this.#needs.settings;
    return knownTypes(this.#known.lines, keyHost, keyPort);
  }

  /** The key that was accepted, undefined before. */
  get hostKey(): HostKey | undefined {
    return this.#accepted === undefined ? undefined : hostKeyOf(this.#accepted);
  }

  /**
   * Resolves where the key may be trusted. Throws RemoteError otherwise. A key is shown anew at every re-keying
   * (RFC 4253 §9); then it must be the one that was accepted.
   */
  async verify(blob: Buffer): Promise<void> {
    if (this.#accepted !== undefined) {
      if (this.#accepted.equals(blob)) return;
      throw this.#changed(this.#accepted, blob);
    }
    const { settings } = this.#needs;
    const standing = standingOf(this.#known.lines, settings.keyHost, settings.keyPort, blob);
    if (standing.kind === 'revoked' || (await this.#isRevokedByFile(blob))) throw this.#revoked(blob);
    switch (standing.kind) {
      case 'trusted':
        break;
      case 'unknown':
        await this.#askAboutNew(blob);
        break;
      case 'changed':
        await this.#askAboutChanged(standing.known, blob);
        break;
    }
    // The buffer belongs to a packet that the library may reuse.
    this.#accepted = Buffer.from(blob);
  }

  /** Writes what the person accepted. To be called when the server has proven that it holds the key, not before. */
  async remember(): Promise<void> {
    const { settings } = this.#needs;
    const file = settings.userKnownHosts[0];
    const blob = this.#accepted;
    if (this.#toRemember === 'nothing' || file === undefined || blob === undefined) return;
    const write = this.#toRemember === 'new' ? rememberKey : replaceKey;
    this.#toRemember = 'nothing';
    await write({ file, name: this.#name, type: keyTypeOf(blob), blob, isHashed: settings.hashesKnownHosts });
  }

  get #name(): string {
    const { keyHost, keyPort } = this.#needs.settings;
    return knownHostsName(keyHost, keyPort);
  }

  async #askAboutNew(blob: Buffer): Promise<void> {
    const { settings, questions } = this.#needs;
    const key = hostKeyOf(blob);
    const isAccepted =
      settings.unknownKeys === 'accept' ||
      (settings.unknownKeys === 'ask' && (await questions.ask({ kind: 'host-key', host: this.#name, key })) === 'yes');
    if (!isAccepted) throw this.#unknown(key);
    this.#toRemember = 'new';
  }

  async #askAboutChanged(knownBlob: Buffer, blob: Buffer): Promise<void> {
    const { questions, expectsReinstall } = this.#needs;
    const [known, key] = [hostKeyOf(knownBlob), hostKeyOf(blob)];
    const isAccepted =
      expectsReinstall && (await questions.ask({ kind: 'host-key-changed', host: this.#name, known, key })) === 'yes';
    if (!isAccepted) throw this.#changed(knownBlob, blob);
    this.#toRemember = 'instead';
  }

  /** RevokedHostKeys may be a list or a binary revocation list; ssh-keygen reads both. What it cannot tell is revoked. */
  async #isRevokedByFile(blob: Buffer): Promise<boolean> {
    const list = this.#needs.settings.revokedHostKeys;
    if (list === undefined) return false;
    const directory = await mkdtemp(join(tmpdir(), 'brevduva-'));
    try {
      const file = join(directory, 'key.pub');
      await writeFile(file, `${keyTypeOf(blob)} ${blob.toString('base64')}\n`);
      const { exitCode } = await execa('ssh-keygen', ['-Q', '-f', list, file], { reject: false, stdin: 'ignore' });
      return exitCode !== 0;
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  #unknown(key: HostKey): RemoteError {
    const unread = this.#known.malformed;
    return new RemoteError('host-key-unknown', {
      sentence: `The host key of ${said(this.#name)} is not known here and was not accepted: ${key.type} ${key.fingerprint}.`,
      remedy: [
        'Compare the fingerprint with what the provider shows for this server, then connect again and accept it.',
        ...(unread === 0 ? [] : [`(${unread} lines of the known_hosts files could not be read.)`]),
      ].join(' '),
    });
  }

  #changed(knownBlob: Buffer, blob: Buffer): RemoteError {
    const [known, key] = [hostKeyOf(knownBlob), hostKeyOf(blob)];
    return new RemoteError('host-key-changed', {
      sentence: `The host key of ${said(this.#name)} has changed: known is ${known.type} ${known.fingerprint}, shown was ${key.type} ${key.fingerprint}.`,
      remedy: `Somebody may stand between you and the server. If you know that it was installed anew, forget the old key with: ssh-keygen -R '${said(this.#name)}'${this.#fileOption}`,
    });
  }

  get #fileOption(): string {
    const file = this.#needs.settings.userKnownHosts[0];
    return file === undefined ? '' : ` -f '${said(file)}'`;
  }

  #revoked(blob: Buffer): RemoteError {
    const key = hostKeyOf(blob);
    return new RemoteError('host-key-revoked', {
      sentence: `The host key of ${said(this.#name)} is revoked: ${key.type} ${key.fingerprint}.`,
      remedy: 'Somebody marked this key as stolen or lost. Do not go on before you know who, and why.',
    });
  }
}
