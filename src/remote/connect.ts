import { homedir, hostname, userInfo } from 'node:os';
import { Passphrases } from './authentication/passphrases.ts';
import { findPrivilege } from './authentication/privilege.ts';
import { readConfiguration } from './configuration/config.ts';
import { type HostSettings, type LocalMachine, settingsOf } from './configuration/settings.ts';
import type { Connection, ConnectOptions, TargetOptions } from './connection.ts';
import { RemoteError } from './error.ts';
import { type Hop, openHop } from './line/hop.ts';
import { SessionGate } from './line/session-gate.ts';
import { SshConnection } from './line/ssh-connection.ts';
import { loadSsh2, type Ssh2 } from './line/ssh2.ts';
import { said } from './said.ts';
import type { Line } from './scripts/run-script.ts';

const mostHops = 8;

/**
 * Connects to a target: the SSH configuration is asked, every hop's host key is verified, the person is authenticated
 * and the way to root is found. Questions go to `answer`; no limit of time runs while one is open.
 * Rejects with a RemoteError that says what is wrong and what to do, or with the signal's reason.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const hop = await openWay(options);
  const line: Line = { client: hop.client, gate: new SessionGate(), lost: hop.lost, stopping: new Set() };
  try {
    const privilege = await findPrivilege({ line, hop, answer: options.answer, signal: options.signal });
    return new SshConnection(hop, line, privilege);
  } catch (error) {
    await hop.close();
    throw error;
  }
}

async function openWay(options: ConnectOptions): Promise<Hop> {
  const { target, signal } = options;
  const settings = settingsOf(await readConfiguration(target, signal), target, thisMachine());
  const ssh2 = await loadSsh2();
  return openHopTo(settings, { options, passphrases: new Passphrases(), ssh2, hops: 1 });
}

interface Way {
  readonly options: ConnectOptions;
  readonly passphrases: Passphrases;
  readonly ssh2: Ssh2;
  readonly hops: number;
}

/** Opens the jump hosts first, each by its own configuration, then the server itself. */
async function openHopTo(settings: HostSettings, way: Way): Promise<Hop> {
  const { options, passphrases, ssh2 } = way;
  const { answer, signal } = options;
  const through =
    settings.route.kind === 'jump' ? await openJump(settings.route.through, { ...way, hops: way.hops + 1 }) : undefined;
  // Only the target itself may have been installed anew, never a jump host.
  const expectsReinstall = options.expectsReinstall && way.hops === 1;
  return openHop({ settings, through, answer, signal, expectsReinstall, passphrases, ssh2 });
}

async function openJump(jump: TargetOptions, way: Way): Promise<Hop> {
  if (way.hops > mostHops) {
    throw new RemoteError('configuration', {
      sentence: `The way to ${said(way.options.target.host)} leads over more than ${mostHops} jump hosts.`,
      remedy: 'A ProxyJump may lead back to itself; exclude the jump host from it, or set ProxyJump none for it.',
    });
  }
  const raw = await readConfiguration(jump, way.options.signal);
  return openHopTo(settingsOf(raw, jump, thisMachine()), way);
}

function thisMachine(): LocalMachine {
  const { username, uid } = userInfo();
  return { home: homedir(), user: username, userId: uid, host: hostname(), environment: process.env };
}
