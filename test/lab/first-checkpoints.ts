import { inject } from 'vitest';
import type { Checkpoint } from '../../src/session/state.ts';
import { plan } from './addresses.ts';
import { createLab, type Image, type Lab } from './lab.ts';
import type { Ended } from './namespace.ts';
import type { Suite } from './packages.ts';
import type { Vps } from './vps.ts';
import { startWorld, type World } from './world/world.ts';
import { reverseName4, reverseName6 } from './world/zones.ts';

/** The first six steps of the guide for a mail server, in its order. */
export const firstSteps = [
  'choose-server',
  'wait-for-os',
  'prepare-system',
  'open-ports',
  'ipv6',
  'name-server',
] as const;

/** The name that the guide gives the server, where the mail domain is example.com. */
export const serverName = 'smtp.example.com';

/** The names under which the reverse names of the server's addresses are published. */
export const reverseNames = [reverseName4(plan.vps.ipv4), reverseName6(plan.vps.ipv6)] as const;

/** A lab with its world and a bare server in it. */
export interface Stage {
  readonly lab: Lab;
  readonly world: World;
  readonly vps: Vps;
  /** Removes the lab. */
  remove(): Promise<void>;
}

/** A checkpoint as `--json` tells it. */
export type ToldCheckpoint = Pick<Checkpoint, 'id' | 'state' | 'evidence'>;

/** Makes a lab with its world, and boots a server of that suite in it; a bare one if nothing is said. */
export async function setStage(suite: Suite, image?: Image): Promise<Stage> {
  const lab = await createLab(inject('programs').brevduva);
  try {
    const world = await startWorld(lab.network);
    return { lab, world, vps: await lab.startVps(suite, image), remove: () => lab.remove() };
  } catch (error) {
    await lab.remove();
    throw error;
  }
}

/** The words of `brevduva run` and `brevduva check` for the session of the mail guide on the stage's server. */
export function sessionWords({ lab }: Pick<Stage, 'lab'>): readonly string[] {
  return [...lab.operator.vps, '--trust', '--accept-new-host-key', '--json', '--set', 'domain=example.com'];
}

/** Publishes the server's name, as the operator does at the panel where the domain's DNS is kept. */
export async function publishName(world: World): Promise<void> {
  await world.publish({ name: serverName, type: 'A', value: plan.vps.ipv4 });
  await world.publish({ name: serverName, type: 'AAAA', value: plan.vps.ipv6 });
}

/** Sets the reverse names of the server's addresses, as the operator does at the provider's panel. */
export async function publishReverseNames(world: World): Promise<void> {
  for (const name of reverseNames) await world.publish({ name, type: 'PTR', value: `${serverName}.` });
}

/** Runs one step of the guide, unattended. */
export function runStep(stage: Pick<Stage, 'lab'>, step: string): Promise<Ended> {
  return stage.lab.operator.brevduva(['run', ...sessionWords(stage), '--yes', '--step', step]);
}

/** Runs the guide to the end of a step, unattended. */
export function runUntil(stage: Pick<Stage, 'lab'>, step: string): Promise<Ended> {
  return stage.lab.operator.brevduva(['run', ...sessionWords(stage), '--yes', '--until', step]);
}

/** The checkpoints, by id, out of the lines of `--json`. */
export function checkpointsIn(text: string): ReadonlyMap<string, ToldCheckpoint> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'checkpoint')
      .map((checkpoint) => [checkpoint.id, checkpoint]),
  );
}

/** Where the given checkpoints stand, in words; `untold` where the lines of `--json` do not have one. */
export function statesIn(text: string, ids: readonly string[]): readonly (readonly [id: string, state: string])[] {
  const told = checkpointsIn(text);
  return ids.map((id) => [id, told.get(id)?.state.kind ?? 'untold']);
}

/** Turns IPv6 on at the server, as the checkpoint for it does, but by plain commands and until the next start. */
export async function turnIpv6On(vps: Vps): Promise<void> {
  const script = `for part in all default lo eth0; do echo 0 >"/proc/sys/net/ipv6/conf/$part/disable_ipv6"; done
ip -6 addr replace ${plan.vps.ipv6}/64 dev eth0 nodad
ip -6 route replace default via fe80::1 dev eth0`;
  await vps.exec('sh', ['-euc', script]);
}
