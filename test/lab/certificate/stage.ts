import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '../../../src/probe/evidence.ts';
import { plan } from '../addresses.ts';
import { checkpointsIn, publishName, type Stage, serverName, setStage } from '../first-checkpoints.ts';
import type { Suite } from '../packages.ts';
import { installAcmeShStandIn } from '../world/acme-sh.ts';

/** Who orders the certificate: acme.sh itself, out of the lab's GitHub, or its stand-in. */
export type Client = 'acme.sh' | 'stand-in';

/** Where the certificate lies that the daemon reads. */
export const installed = `/etc/chasquid/certs/${serverName}`;
/** What brings it there. */
export const hook = '/usr/local/sbin/brevduva-install-certificate';

/** Where the step stands, with what was seen and said. */
export interface Looked {
  readonly state: string;
  /** Every evidence that is not true: what it saw, and what it says is to be done. */
  readonly untrue: readonly string[];
  readonly evidence: readonly Evidence[];
  /** All that the program printed. */
  readonly printed: string;
}

/** A server on which the checkpoint can begin, and its one checkpoint. */
export interface CertificateStage extends Stage {
  readonly client: Client;
  /** The file of the guide with that one checkpoint. */
  readonly guide: string;
  /** Runs the checkpoint unattended; `settings` are further words of the command line. */
  run(...settings: readonly string[]): Promise<Looked>;
  /** Only looks. */
  look(...settings: readonly string[]): Promise<Looked>;
  /** Runs a line in the server's shell, past the network, and resolves to what it printed. Any status is an answer. */
  shell(line: string): Promise<string>;
  /** Puts acme.sh's stand-in back, where that is the client. */
  provideClient(): Promise<void>;
}

/**
 * Sets a stage with a guide of this one step, on a server that has its name and IPv6 already, as the steps before it leave
 * it, but none of the packages.
 */
export async function setCertificateStage(suite: Suite, client: Client): Promise<CertificateStage> {
  const stage = await setStage(suite);
  const { lab, vps, world } = stage;
  const guide = await writeGuide(lab.network.folder);
  await world.becomeTrusted(vps);
  await publishName(world);
  const shell = async (line: string) => {
    const { out, err } = await vps.exec('sh', ['-c', line], { mayFail: true });
    return `${out}${err}`.trim();
  };
  await shell(`sysctl -qw net.ipv6.conf.all.disable_ipv6=0
    ip addr add ${plan.vps.ipv6}/64 dev eth0 nodad
    ip -6 route add default via fe80::1 dev eth0`);
  const words = [
    ...[...lab.operator.vps, '--guide', guide, '--trust', '--accept-new-host-key', '--json'],
    ...['--set', 'domain=example.com', '--set', `ipv4=${plan.vps.ipv4}`],
    ...['--set', `ca=${world.certificateAuthority.directory}`],
  ];
  const call = async (verb: readonly string[], settings: readonly string[]): Promise<Looked> => {
    const { out, err } = await lab.operator.brevduva([...verb, ...words, ...settings]);
    const told = checkpointsIn(out).get('certificate');
    const evidence = told?.evidence ?? [];
    const untrue = evidence.filter(({ verdict }) => verdict !== 'true');
    return {
      state: told?.state.kind ?? 'untold',
      untrue: untrue.map(({ verdict, observed, remedy }) => `${verdict}: ${observed} | ${remedy ?? ''}`),
      evidence,
      printed: `${out}\n${err}`,
    };
  };
  const provideClient = async () => {
    if (client === 'stand-in') await installAcmeShStandIn(vps);
  };
  await provideClient();
  return {
    ...stage,
    client,
    guide,
    run: (...settings) => call(['run', '--yes'], settings),
    look: (...settings) => call(['check'], settings),
    shell,
    provideClient,
  };
}

/** The mail guide with no other step than this, which then needs none before it. */
async function writeGuide(folder: string): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  const index = await readFile(join(root, 'runbook/smtp.md'), 'utf8');
  const step = await readFile(join(root, 'steps/certificate.md'), 'utf8');
  const frontMatter = index.slice(0, index.indexOf('\n---\n') + 5);
  await writeFile(join(folder, 'certificate.md'), step.replace(/^needs: .*\n/m, ''));
  const file = join(folder, 'guide.md');
  await writeFile(file, `${frontMatter}\nOne step of it.\n\n1. [Get a certificate](certificate.md)\n`);
  return file;
}
