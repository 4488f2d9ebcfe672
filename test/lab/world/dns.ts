import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from '../addresses.ts';
import type { Namespace } from '../namespace.ts';
import type { LabNetwork } from '../network.ts';
import { worldPlan } from './addresses.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';
import type { Zone, ZoneRecord } from './zones.ts';
import { childrenOf, nameServers, timeToLive, zoneFile, zoneOf, zones } from './zones.ts';

/** The name server of all the lab's zones, and the provider's panel in which their records are edited. */
export interface NameServer extends Server {
  /** The root's keys as DS records: what a resolver must trust to validate the rest. */
  readonly trustAnchors: readonly ZoneRecord[];
  /** A file with the panel's key, for programs that update records themselves: `nsupdate -k FILE`. */
  readonly panelKey: string;
  /** Adds a record, beside others of its name and type (RFC 2136 §2.5.1). */
  publish(record: ZoneRecord): Promise<void>;
  /** Takes a record away, or, without a value, all of that name and type (RFC 2136 §2.5.2, §2.5.4). */
  retract(record: Omit<ZoneRecord, 'value'> & { readonly value?: string }): Promise<void>;
  /** The values of that name and type, as this server has them now, sorted. */
  publishedNow(name: string, type: string): Promise<readonly string[]>;
}

/** Starts Knot DNS for all zones, signed where they are to be, and resolves when it answers on both its addresses. */
export async function startNameServer(network: LabNetwork): Promise<NameServer> {
  const namespace = network.host('authority');
  const folder = join(network.folder, 'dns');
  await mkdir(join(folder, 'zones'), { recursive: true });
  await namespace.ip(['addr', 'add', `${worldPlan.secondNameServer.ipv4}/24`, 'dev', 'eth0']);
  await namespace.ip(['addr', 'add', `${worldPlan.secondNameServer.ipv6}/64`, 'dev', 'eth0', 'nodad']);

  const tsig = (await namespace.exec('keymgr', ['-t', 'panel', 'hmac-sha256'])).out;
  const panelKey = join(folder, 'panel.key');
  // The first line is the key as `nsupdate -y` would want it, in a comment.
  await writeFile(panelKey, nsupdateKey(tsig), { mode: 0o600 });
  const config = join(folder, 'knot.conf');
  await writeFile(config, knotConfig(folder, tsig), { mode: 0o600 });

  const signers = new Map<Zone, readonly ZoneRecord[]>();
  for (const zone of zones.filter(({ isSigned }) => isSigned)) {
    signers.set(zone, await makeKeys(namespace, { config, zone }));
  }
  for (const zone of zones) {
    const delegationSigners = childrenOf(zone).flatMap((child) => signers.get(child) ?? []);
    await writeFile(zonePath(folder, zone), zoneFile(zone, delegationSigners));
  }

  const server = await startServer(namespace, {
    name: 'the name server',
    command: 'knotd',
    args: ['-c', config],
    log: join(folder, 'log'),
    answers: async () => {
      const last = zones.at(-1)?.apex ?? '';
      const answers = await Promise.all(
        nameServers.map(({ ipv6 }) => ask(namespace, ipv6, { name: last, type: 'SOA' })),
      );
      return answers.every((values) => values.length > 0);
    },
  });
  const update = (name: string, line: string) => {
    const input = `server ${plan.authority.ipv4}\nzone ${zoneOf(name).apex}.\nupdate ${line}\nsend\n`;
    return namespace.exec('nsupdate', ['-k', panelKey], { input });
  };
  return {
    ...server,
    panelKey,
    trustAnchors: zones.filter(({ apex }) => apex === '').flatMap((root) => signers.get(root) ?? []),
    publish: async ({ name, type, value }) => {
      await update(name, `add ${name}. ${timeToLive} ${type} ${value}`);
    },
    retract: async ({ name, type, value }) => {
      await update(name, ['delete', `${name}.`, type, ...(value === undefined ? [] : [value])].join(' '));
    },
    publishedNow: async (name, type) => ask(namespace, plan.authority.ipv4, { name, type }),
  };
}

async function ask(
  namespace: Namespace,
  server: string,
  { name, type }: { readonly name: string; readonly type: string },
): Promise<readonly string[]> {
  const words = [`@${server}`, '+norecurse', '+noall', '+answer', '+tries=1', '+time=2', `${name}.`, type];
  const { status, out } = await namespace.exec('dig', words, { mayFail: true });
  if (status !== 0) return [];
  return out
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields[3] === type)
    .map((fields) => fields.slice(4).join(' '))
    .sort();
}

/** Makes a zone's keys; resolves to the DS records that stand for them in the zone above. */
async function makeKeys(
  namespace: Namespace,
  { config, zone }: { readonly config: string; readonly zone: Zone },
): Promise<readonly ZoneRecord[]> {
  const apex = `${zone.apex}.`;
  // One key does both jobs, and ECDSA makes it at once; a lab has nobody to hide from.
  const made = await namespace.exec('keymgr', [
    '-c',
    config,
    apex,
    'generate',
    'algorithm=ecdsap256sha256',
    'ksk=yes',
    'zsk=yes',
  ]);
  const listed = await namespace.exec('keymgr', ['-c', config, apex, 'ds', made.out.trim()]);
  return (
    listed.out
      .split('\n')
      .map((line) => / DS (.+)$/.exec(line)?.[1])
      // Digest type 2, SHA-256 (RFC 8624 §3.3).
      .filter((value) => value?.split(' ')[2] === '2')
      .map((value) => ({ name: zone.apex, type: 'DS', value: value ?? '' }))
  );
}

function knotConfig(folder: string, tsig: string): string {
  const listen = nameServers.flatMap(({ ipv4, ipv6 }) => [`${ipv4}@53`, `${ipv6}@53`]);
  const zoneLines = zones.map(
    (zone) => `  - domain: "${zone.apex}."
    file: "${zonePath(folder, zone)}"
${zone.isSigned ? '    dnssec-signing: on\n    dnssec-policy: lab\n' : ''}`,
  );
  return `server:
    rundir: "${folder}"
    listen: [${listen.join(', ')}]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stdout
    any: info
database:
    storage: "${folder}"
${tsig}
acl:
  - id: panel
    key: panel
    action: update
policy:
  - id: lab
    manual: on
    single-type-signing: on
template:
  - id: default
    acl: panel
    zonefile-sync: -1
    journal-content: changes
zone:
${zoneLines.join('')}`;
}

/** The key in the words of nsupdate, out of Knot's. */
function nsupdateKey(tsig: string): string {
  const secret = /secret: (\S+)/.exec(tsig)?.[1] ?? '';
  return `key "panel" { algorithm hmac-sha256; secret "${secret}"; };\n`;
}

function zonePath(folder: string, zone: Zone): string {
  return join(folder, 'zones', `${zone.apex}.zone`);
}
