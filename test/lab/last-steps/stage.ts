import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Evidence } from '../../../src/probe/evidence.ts';
import { bundleProgram } from '../../program.ts';
import { plan } from '../addresses.ts';
import { checkpointsIn, publishName, type Stage, serverName, setStage } from '../first-checkpoints.ts';
import type { Ended } from '../namespace.ts';
import type { Suite } from '../packages.ts';

/** The last two steps of the guide. */
export type LastStep = 'backup-conf' | 'deliverability';

/** Where the step stands, with what was seen and said. */
export interface Looked {
  readonly state: string;
  readonly evidence: readonly Evidence[];
  /** Every evidence that is not true: by which probe, what it saw, and what it says is to be done. */
  readonly untrue: readonly string[];
  /** All that the program printed. */
  readonly printed: string;
}

/** A server with a chasquid that works, and one of the last steps as its only checkpoint. */
export interface LastStage extends Stage {
  /** Runs the checkpoint unattended; `settings` are further words of the command line. */
  run(...settings: readonly string[]): Promise<Looked>;
  /** Only looks. */
  look(...settings: readonly string[]): Promise<Looked>;
  /** Takes it back, in the session that was run before. */
  undo(): Promise<Ended>;
  /** Runs lines in the server's shell, past the network, and resolves to what they printed. Any status is an answer. */
  shell(lines: string): Promise<string>;
}

/**
 * Sets a stage where chasquid serves example.com: with IPv6, a certificate that vouches for itself and that the program is
 * told to trust, a sender `i` and a key for signing.
 */
export async function setLastStage(suite: Suite, step: LastStep): Promise<LastStage> {
  const undoProgram = await bundleProgram(join(import.meta.dirname, '..', 'undo-program.ts'));
  const stage = await setStage(suite);
  const { lab, vps, world } = stage;
  const remove = async () => {
    await stage.remove();
    await rm(dirname(undoProgram), { recursive: true, force: true });
  };
  try {
    await publishName(world);
    await vps.exec('sh', ['-euc', preparation, 'prepare', serverName, plan.vps.ipv4, plan.vps.ipv6]);
    const { folder } = lab.network;
    const guide = await writeGuide(folder, step);
    const certificate = await vps.exec('cat', [`/etc/chasquid/certs/${serverName}/fullchain.pem`]);
    const authority = join(folder, 'authority.pem');
    await writeFile(authority, `${certificate.out}\n`);
    const words = [
      ...[...lab.operator.vps, '--guide', guide, '--trust', '--accept-new-host-key', '--json'],
      ...['--set', 'domain=example.com', '--set', `ipv4=${plan.vps.ipv4}`, '--set', `ipv6=${plan.vps.ipv6}`],
      ...['--authority', authority],
    ];
    const call = async (verb: readonly string[], settings: readonly string[]): Promise<Looked> => {
      const { out, err } = await lab.operator.brevduva([...verb, ...words, ...settings]);
      const told = checkpointsIn(out).get(step);
      const evidence = told?.evidence ?? [];
      return {
        state: told?.state.kind ?? 'untold',
        evidence,
        untrue: evidence
          .filter(({ verdict }) => verdict !== 'true')
          .map(({ probe, verdict, observed, remedy }) => `${probe}: ${verdict}: ${observed} | ${remedy ?? ''}`),
        printed: `${out}\n${err}`,
      };
    };
    return {
      ...stage,
      remove,
      run: (...settings) => call(['run', '--yes'], settings),
      look: (...settings) => call(['check'], settings),
      undo: () => lab.operator.node(undoProgram, [plan.vps.ipv4, lab.operator.config, step]),
      shell: async (lines) => {
        const { out, err } = await vps.exec('sh', ['-c', lines], { mayFail: true });
        return `${out}${err}`.trim();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The mail guide with no other step than this, which then needs none before it. */
async function writeGuide(folder: string, step: LastStep): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  const index = await readFile(join(root, 'runbook/smtp.md'), 'utf8');
  const text = await readFile(join(root, `steps/${step}.md`), 'utf8');
  const [frontMatter] = index.split(/(?<=\n---\n)/);
  await writeFile(join(folder, `${step}.md`), text.replace(/^needs: .*\n/m, ''));
  const file = join(folder, 'guide.md');
  await writeFile(file, `${frontMatter}\nOne step of it.\n\n1. [A step](${step}.md)\n`);
  return file;
}

const preparation = `
for part in all default lo eth0; do echo 0 >"/proc/sys/net/ipv6/conf/$part/disable_ipv6"; done
ip -6 addr replace "$3/64" dev eth0 nodad
ip -6 route replace default via fe80::1 dev eth0
hostname "$1"
echo "$1" >/etc/hostname
printf '127.0.0.1 localhost\\n::1 localhost\\n%s %s\\n%s %s\\n' "$2" "$1" "$3" "$1" >/etc/hosts
apt-get -qq update
apt-get -qq -y --no-install-recommends install adduser chasquid openssl >/dev/null 2>&1
systemctl stop chasquid
certificate=/etc/chasquid/certs/$1
install -d -m 0750 -o root -g chasquid "$certificate"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 -subj "/CN=$1" \\
  -addext "subjectAltName=DNS:$1" -keyout "$certificate/privkey.pem" -out "$certificate/fullchain.pem" 2>/dev/null
chown root:chasquid "$certificate"/*.pem
chmod 0640 "$certificate"/*.pem
echo "hostname: \\"$1\\"" >>/etc/chasquid/chasquid.conf
domain=/etc/chasquid/domains/example.com
mkdir -p "$domain"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$domain/dkim:20260101.pem" 2>/dev/null
printf 'postmaster: i@example.com\\nabuse: i@example.com\\n' >"$domain/aliases"
chasquid-util user-add i@example.com --password=long-and-secret >/dev/null
chown -R chasquid:chasquid /etc/chasquid/domains
systemctl reset-failed chasquid.service 'chasquid*'
systemctl start chasquid
`;
