import { readFile } from 'node:fs/promises';
import type { LabNetwork } from '../network.ts';
import type { Vps } from '../vps.ts';
import type { AcmeServer } from './acme.ts';
import { startAcme } from './acme.ts';
import { type AcmeDns, startAcmeDns } from './acme-dns.ts';
import { acmeShCheckout } from './acme-sh.ts';
import { startDebian } from './debian.ts';
import type { NameServer } from './dns.ts';
import { startNameServer } from './dns.ts';
import { startEcho } from './echo.ts';
import { type GitHub, startGitHub } from './github.ts';
import type { Gmail } from './gmail.ts';
import { startGmail } from './gmail.ts';
import type { Resolver } from './resolver.ts';
import { startResolver } from './resolver.ts';
import type { Server } from './server.ts';
import { stopAll } from './server.ts';
import { trust } from './trust.ts';

/**
 * What the Internet is to a mail server: names, a receiver, a certificate authority, Debian's archive, GitHub, and who
 * tells it its address.
 */
export interface World extends Server {
  readonly nameServer: NameServer;
  readonly resolver: Resolver;
  readonly certificateAuthority: AcmeServer;
  readonly acmeDns: AcmeDns;
  /** Only where this machine has a checkout of acme.sh; else a server needs installAcmeShStandIn. */
  readonly github: GitHub | undefined;
  readonly gmail: Gmail;
  /** Has a server believe the certificates of this world, as any server believes those of the Internet. */
  readonly becomeTrusted: (vps: Vps) => Promise<void>;
  /** Adds a record at the provider's panel; the resolver then asks again for everything in its zone. */
  readonly publish: NameServer['publish'];
  /** Takes a record away at the provider's panel, or all of its name and type; the resolver asks again. */
  readonly retract: NameServer['retract'];
  /** What the name server itself has now. */
  readonly publishedNow: NameServer['publishedNow'];
}

/** Starts every server of the world on its machine, and resolves when all of them answer. */
export async function startWorld(network: LabNetwork): Promise<World> {
  const servers: Server[] = [];
  const started = <S extends Server>(server: S): S => {
    servers.push(server);
    return server;
  };
  try {
    const nameServer = started(await startNameServer(network));
    const resolver = started(await startResolver(network, nameServer));
    started(await startEcho(network));
    const debian = await startDebian(network);
    if (debian !== undefined) started(debian);
    const certificateAuthority = started(await startAcme(network));
    const acmeDns = started(await startAcmeDns(network, nameServer));
    const github = acmeShCheckout === undefined ? undefined : started(await startGitHub(network, acmeShCheckout));
    const gmail = started(await startGmail(network));
    return {
      nameServer,
      resolver,
      certificateAuthority,
      acmeDns,
      github,
      gmail,
      becomeTrusted: async (vps) => {
        await trust(vps, {
          'lab-authority-server': await readFile(certificateAuthority.trustFile, 'utf8'),
          'lab-authority': await certificateAuthority.root(),
          ...(github === undefined ? {} : { 'lab-github': await readFile(github.trustFile, 'utf8') }),
        });
      },
      publish: async (record) => {
        await nameServer.publish(record);
        await resolver.forget(record.name);
      },
      retract: async (record) => {
        await nameServer.retract(record);
        await resolver.forget(record.name);
      },
      publishedNow: nameServer.publishedNow,
      stop: () => stopAll(servers),
    };
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
}
