import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { shellQuote } from '../../src/shell/quote.ts';
import { plan } from './addresses.ts';
import type { Ended, ExecOptions } from './namespace.ts';
import type { LabNetwork } from './network.ts';

/** The person's own computer: a home of its own, an SSH key, and the built program. */
export interface Operator {
  /** The line for authorized_keys. */
  readonly publicKey: string;
  /** The words of a command line by which this computer reaches the vps as root. */
  readonly vps: readonly string[];
  /** The path of its SSH configuration. */
  readonly config: string;
  /** What its programs find in their environment beside this machine's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** `brevduva` with these words as a line for a shell of this machine, for a pseudo-terminal: see test/pty.ts. */
  shellLine(args: readonly string[]): string;
  /** Runs `brevduva` with these words, without a terminal; any status is an answer. */
  brevduva(args: readonly string[], options?: Pick<ExecOptions, 'signal' | 'env'>): Promise<Ended>;
  /** Runs another of our programs, bundled; any status is an answer. */
  node(program: string, args: readonly string[], options?: Pick<ExecOptions, 'signal' | 'env'>): Promise<Ended>;
  /** Runs a command on the vps over `ssh`; throws LabError unless it ends with 0, or `mayFail`. */
  ssh(command: string, options?: ExecOptions): Promise<Ended>;
  /** Forgets every session and every host key. */
  forget(): Promise<void>;
}

/** Sets the operator's computer up in its namespace. `program`: the bundled command line. */
export async function setUpOperator(network: LabNetwork, program: string): Promise<Operator> {
  const namespace = network.host('operator');
  const home = join(network.folder, 'operator');
  const state = join(home, 'state');
  const knownHosts = join(home, 'known_hosts');
  const key = join(home, 'id_ed25519');
  const config = join(home, 'ssh_config');
  await mkdir(home, { recursive: true });
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'operator', '-f', key], { stdin: 'ignore' });
  await writeFile(
    config,
    `Host *
  User root
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
`,
  );
  // Nothing of the person who runs the tests may reach the program.
  const environment = { HOME: home, XDG_STATE_HOME: state, SSH_AUTH_SOCK: '', http_proxy: '', https_proxy: '' };
  const script = join(network.folder, 'brevduva');
  const setting = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const inside = ['ip', 'netns', 'exec', namespace.name, 'env', ...setting, process.execPath, program];
  await writeFile(script, `#!/bin/sh\nexec ${inside.map(shellQuote).join(' ')} "$@"\n`, { mode: 0o755 });
  const node: Operator['node'] = (file, args, options) =>
    namespace.exec(process.execPath, [file, ...args], {
      ...options,
      env: { ...environment, ...options?.env },
      mayFail: true,
    });
  return {
    publicKey: await readFile(`${key}.pub`, 'utf8'),
    vps: [plan.vps.ipv4, '-F', config],
    config,
    environment,
    shellLine: (args) =>
      [script, ...args].map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : shellQuote(word))).join(' '),
    brevduva: (args, options) => node(program, args, options),
    node,
    ssh: (command, options) =>
      namespace.exec(
        'ssh',
        ['-F', config, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=accept-new', plan.vps.ipv4, command],
        { ...options, env: { ...environment, ...options?.env } },
      ),
    forget: async () => {
      await rm(state, { recursive: true, force: true });
      await rm(knownHosts, { force: true });
    },
  };
}
