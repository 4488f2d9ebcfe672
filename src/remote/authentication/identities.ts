import type { KeyObject } from 'node:crypto';
import { homedir } from 'node:os';
import type { BaseAgent, ParsedKey } from 'ssh2';
import type { HostSettings } from '../configuration/settings.ts';
import { RemoteError } from '../error.ts';
import { fingerprintOf } from '../host-keys/host-key.ts';
import type { Ssh2 } from '../line/ssh2.ts';
import { said } from '../said.ts';
import { type KeyFile, type PrivateKeyFile, readKeyFile } from './key-file.ts';
import { type SignatureHash, signWith } from './unlock.ts';

/** A forwarded agent may be dead at its other end. */
const agentMs = 3000;

/** Gives a file's private key, asking for its passphrase where it needs one. Rejects where it cannot be had. */
export type UnlockKey = (file: PrivateKeyFile) => Promise<KeyObject>;

/** A key that can be offered to a server. */
export interface Identity {
  /** In words, for the sentence that says what was tried. */
  readonly label: string;
  /** The public key in wire format; undefined where only the passphrase reveals it. */
  readonly blob: Buffer | undefined;
  /** The file to unlock before `blob` is known. */
  readonly file: PrivateKeyFile | undefined;
  /** Signs. Called only for a key that the server said it would take, so no passphrase is asked in vain. */
  sign(bytes: Buffer, hash: SignatureHash | undefined): Promise<Buffer>;
}

/** The keys to offer, in order, and what stood in the way of others. */
export interface Identities {
  readonly offered: readonly Identity[];
  /** Why a key was left out, a clause each: `key ~/.ssh/id_rsa: others may read it`. */
  readonly leftOut: readonly string[];
}

/**
 * Finds the keys to offer, in OpenSSH's order (pubkey_prepare in sshconnect2.c): keys of the agent that the
 * configuration names, other keys of the agent (unless IdentitiesOnly), keys that lie only in files. Keys named on
 * the command line come before all. Throws RemoteError where one of those does not exist.
 */
export async function findIdentities(settings: HostSettings, ssh2: Ssh2, unlock: UnlockKey): Promise<Identities> {
  const leftOut: string[] = [];
  const agent = await agentIdentities(settings.agentSocket, ssh2, leftOut);
  const named = await fileIdentities(settings.namedIdentityFiles, unlock, leftOut);
  const missing = settings.namedIdentityFiles.find((_, index) => named[index] === 'absent');
  if (missing !== undefined) {
    throw new RemoteError('configuration', {
      sentence: `There is no key file ${said(missing)}.`,
      remedy: 'Check the name after -i.',
    });
  }
  const others = settings.identityFiles.filter((file) => !settings.namedIdentityFiles.includes(file));
  const configured = await fileIdentities(others, unlock, leftOut);

  const inAgent = (identity: Identity): Identity =>
    agent.find(({ blob }) => blob !== undefined && identity.blob !== undefined && blob.equals(identity.blob)) ??
    identity;
  const first = present(named).map(inAgent);
  const listed = present(configured).map(inAgent);
  const ordered = [
    ...first,
    ...listed.filter((identity) => agent.includes(identity)),
    ...(settings.identitiesOnly ? [] : agent),
    ...listed,
  ];
  // A public key alone (IdentityFile x.pub) only chooses among the agent's keys.
  const usable = ordered.filter((identity) => agent.includes(identity) || identity.file !== undefined);
  return { offered: [...new Set(usable)], leftOut };
}

function present(found: readonly (Identity | 'absent' | 'unusable')[]): readonly Identity[] {
  return found.filter((each): each is Identity => typeof each !== 'string');
}

async function fileIdentities(
  files: readonly string[],
  unlock: UnlockKey,
  leftOut: string[],
): Promise<readonly (Identity | 'absent' | 'unusable')[]> {
  const read = await Promise.all(files.map(readKeyFile));
  return read.map((found) => identityOf(found, unlock, leftOut));
}

function identityOf(found: KeyFile, unlock: UnlockKey, leftOut: string[]): Identity | 'absent' | 'unusable' {
  switch (found.kind) {
    case 'absent':
      return 'absent';
    case 'unusable':
      leftOut.push(`key ${shortName(found.file)}: ${said(found.why)}`);
      return 'unusable';
    case 'public':
      return publicIdentity(found.file, found.blob);
    case 'private':
      return fileIdentity(found.key, unlock);
  }
}

function publicIdentity(file: string, blob: Buffer): Identity {
  const label = `key ${shortName(file)}`;
  return { label, blob, file: undefined, sign: () => Promise.reject(new Error(`${label} has no private half here.`)) };
}

function fileIdentity(file: PrivateKeyFile, unlock: UnlockKey): Identity {
  return {
    label: `key ${shortName(file.file)}`,
    blob: file.blob,
    file,
    sign: async (bytes, hash) => signWith(await unlock(file), bytes, hash),
  };
}

async function agentIdentities(
  socket: string | undefined,
  ssh2: Ssh2,
  leftOut: string[],
): Promise<readonly Identity[]> {
  if (socket === undefined || socket === '') return [];
  const agent = ssh2.createAgent(socket);
  const keys = await new Promise<readonly ParsedKey[]>((resolve) => {
    const leave = (why: string): void => {
      leftOut.push(`the agent at ${said(socket)}: ${said(why)}`);
      resolve([]);
    };
    const timer = setTimeout(leave, agentMs, 'it does not answer');
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      if (error) leave(error.message);
      else resolve((found ?? []).filter(isParsedKey));
    });
  });
  return keys.map((key) => agentIdentity(agent, key));
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

function agentIdentity(agent: BaseAgent, key: ParsedKey): Identity {
  const blob = key.getPublicSSH();
  return {
    label: `the agent’s key ${said(key.comment) || fingerprintOf(blob)}`,
    blob,
    file: undefined,
    sign: (bytes, hash) =>
      new Promise((resolve, reject) => {
        agent.sign(key, bytes, hash === undefined ? {} : { hash }, (error, signature) => {
          if (error || signature === undefined) reject(error ?? new Error('The agent gave no signature.'));
          else resolve(signature);
        });
      }),
  };
}

function shortName(file: string): string {
  const home = homedir();
  return said(file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file);
}
