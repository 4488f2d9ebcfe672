import { publishName, type Stage, serverName, setStage, turnIpv6On } from './first-checkpoints.ts';
import type { Suite } from './packages.ts';
import type { Rehearsal } from './part-of-guide.ts';
import { rehearse } from './part-of-guide.ts';
import { installAcmeShStandIn } from './world/acme-sh.ts';

/** Who orders the certificate: acme.sh itself, out of the lab's GitHub, or its stand-in. */
export type Client = 'acme.sh' | 'stand-in';

/** Where the certificate lies that the daemon reads. */
export const installed = `/etc/chasquid/certs/${serverName}`;
/** What brings it there. */
export const hook = '/usr/local/sbin/brevduva-install-certificate';

/** A server on which the checkpoint can begin, and its one checkpoint. */
export interface CertificateStage extends Stage {
  readonly rehearsal: Rehearsal;
  /** Puts acme.sh's stand-in back, where that is the client. */
  provideClient(): Promise<void>;
  /** Runs the checkpoint's action as a run does, for the way over port 80, whatever its proof says. */
  act(): Promise<string>;
}

/** Sets a stage on a server that has its name and IPv6 already, as the steps before leave it, but none of the packages. */
export async function setCertificateStage(suite: Suite, client: Client): Promise<CertificateStage> {
  const stage = await setStage(suite);
  try {
    const { vps, world } = stage;
    await world.becomeTrusted(vps);
    await publishName(world);
    await turnIpv6On(vps);
    const provideClient = async () => {
      if (client === 'stand-in') await installAcmeShStandIn(vps);
    };
    await provideClient();
    const authority = ['--set', `ca=${world.certificateAuthority.directory}`];
    const rehearsal = await rehearse(stage, { steps: ['certificate'] }, authority);
    const environment = { CA: world.certificateAuthority.directory, ACME_DNS: '', ACME_EMAIL: '' };
    const act = () => rehearsal.script('certificate', 'run', { environment, secrets: '\n' });
    return { ...stage, provideClient, rehearsal, act };
  } catch (error) {
    await stage.remove();
    throw error;
  }
}
