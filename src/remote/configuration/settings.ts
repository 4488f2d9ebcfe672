import type { TargetOptions } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';
import type { RawSettings } from './config.ts';
import { parseJumpHosts } from './jump-hosts.ts';
import { expandPath, expandTokens, type TokenValues } from './tokens.ts';

/** The way to a server: straight, through another server, or through a program. */
export type Route =
  | { readonly kind: 'direct'; readonly family: 0 | 4 | 6; readonly localAddress: string | undefined }
  | { readonly kind: 'jump'; readonly through: TargetOptions }
  | { readonly kind: 'command'; readonly command: string };

/** Which of ssh2's algorithms the configuration allows; the order of preference stays ssh2's. */
export interface AllowedAlgorithms {
  readonly kex: readonly string[] | undefined;
  readonly ciphers: readonly string[] | undefined;
  readonly macs: readonly string[] | undefined;
  readonly hostKeys: readonly string[] | undefined;
}

/** How a person proves who they are, in words of RFC 4252. */
export type Method = 'publickey' | 'password' | 'keyboard-interactive';

/** All that one connection needs to know from the SSH configuration. */
export interface HostSettings {
  /** The host as the person gave it. */
  readonly alias: string;
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly route: Route;
  /** Under this name and port the host's key is looked up. */
  readonly keyHost: string;
  readonly keyPort: number;
  /** The files that a new key may be written to (the first) and is looked for in (all). */
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly revokedHostKeys: string | undefined;
  readonly hashesKnownHosts: boolean;
  /** What to do with an unknown key; `no` of ssh_config is read as `ask`. */
  readonly unknownKeys: 'ask' | 'refuse' | 'accept';
  /** In the order to try. */
  readonly methods: readonly Method[];
  /** Those that the command line names, which must exist and are tried first. */
  readonly namedIdentityFiles: readonly string[];
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agentSocket: string | undefined;
  readonly passwordPrompts: number;
  /** BatchMode: nobody is to be asked. */
  readonly asksNobody: boolean;
  readonly connectTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveCount: number;
  readonly algorithms: AllowedAlgorithms;
}

/** The machine that we run on, as far as the configuration speaks of it. */
export interface LocalMachine {
  readonly home: string;
  readonly user: string;
  readonly userId: number;
  readonly host: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const ourMethods: readonly Method[] = ['publickey', 'password', 'keyboard-interactive'];
const ourIdentityFiles = ['~/.ssh/id_rsa', '~/.ssh/id_ecdsa', '~/.ssh/id_ed25519'];

/** Makes of the raw words of the configuration what they mean. Throws RemoteError for what cannot be followed. */
export function settingsOf(raw: RawSettings, target: TargetOptions, local: LocalMachine): HostSettings {
  const one = (keyword: string): string | undefined => meant(raw.get(keyword)?.[0]);
  const isOn = (keyword: string): boolean => one(keyword) === 'yes' || one(keyword) === 'true';
  const list = (keyword: string): readonly string[] | undefined => one(keyword)?.split(',');
  const hostname = one('hostname') ?? target.host;
  const user = one('user') ?? local.user;
  refuseOddName('host name', hostname);
  refuseOddName('user name', user);
  const port = Number(one('port') ?? 22);
  const jump = one('proxyjump');
  const hostKeyAlias = one('hostkeyalias');
  const tokens: TokenValues = {
    hostname,
    alias: target.host,
    port,
    user,
    hostKeyAlias: hostKeyAlias ?? hostname,
    jump: jump ?? '',
    home: local.home,
    localUser: local.user,
    localHost: local.host,
    localUserId: local.userId,
  };
  const path = (text: string): string => expandPath(text, tokens, local.environment);
  const paths = (keyword: string, otherwise: readonly string[]): readonly string[] =>
    (raw.get(keyword) ?? otherwise).filter((text) => text !== 'none').map(path);
  const revoked = one('revokedhostkeys');

  return {
    alias: target.host,
    hostname,
    port,
    user,
    route: routeOf(raw, target, tokens),
    keyHost: hostKeyAlias ?? hostname,
    keyPort: hostKeyAlias === undefined ? port : 22,
    userKnownHosts: paths('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHosts: paths('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    revokedHostKeys: revoked === undefined ? undefined : path(revoked),
    hashesKnownHosts: isOn('hashknownhosts'),
    unknownKeys: unknownKeysOf(one('stricthostkeychecking')),
    methods: methodsOf(raw),
    namedIdentityFiles: (target.identityFiles ?? []).map(path),
    identityFiles: paths('identityfile', ourIdentityFiles),
    identitiesOnly: isOn('identitiesonly'),
    agentSocket: agentSocketOf(raw.get('identityagent')?.[0], path, local.environment),
    passwordPrompts: Math.max(1, Number(one('numberofpasswordprompts') ?? 3)),
    asksNobody: isOn('batchmode'),
    connectTimeoutMs: seconds(one('connecttimeout'), 10),
    keepaliveMs: seconds(one('serveraliveinterval'), 15),
    keepaliveCount: Number(one('serveralivecountmax') ?? 3),
    algorithms: {
      kex: list('kexalgorithms'),
      ciphers: list('ciphers'),
      macs: list('macs'),
      hostKeys: list('hostkeyalgorithms'),
    },
  };
}

/** `none` is how ssh_config says "not this". */
function meant(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'none' ? undefined : value;
}

/** Milliseconds; nothing and zero leave it to us. */
function seconds(value: string | undefined, otherwise: number): number {
  const given = Number(value ?? 0);
  return (given > 0 ? given : otherwise) * 1000;
}

/**
 * Names become part of a shell command (ProxyCommand) and of sentences; OpenSSH refuses these characters as well
 * (valid_hostname, valid_ruser in ssh.c).
 */
function refuseOddName(what: string, name: string): void {
  if (!name.startsWith('-') && !/['"`$\\;&<>|(){}\s\p{C}]/u.test(name)) return;
  throw new RemoteError('configuration', {
    sentence: `The ${what} ${JSON.stringify(said(name))} holds characters that no ${what} has.`,
    remedy: 'Give the target as [user@]host[:port].',
  });
}

function routeOf(raw: RawSettings, target: TargetOptions, tokens: TokenValues): Route {
  const command = meant(raw.get('proxycommand')?.[0]);
  const jump = meant(raw.get('proxyjump')?.[0]);
  if (command !== undefined) {
    if (raw.get('proxyusefdpass')?.[0] === 'yes') {
      throw new RemoteError('configuration', {
        sentence: `The SSH configuration for ${said(target.host)} uses ProxyUseFdpass, which Brevduva cannot do.`,
        remedy: 'Use ProxyJump, or a ProxyCommand without it, in a file that you name with -F.',
      });
    }
    return { kind: 'command', command: expandTokens(command, tokens) };
  }
  if (jump !== undefined) {
    const { nearest, before } = parseJumpHosts(expandTokens(jump, tokens));
    return { kind: 'jump', through: { ...nearest, configFile: target.configFile, jump: before } };
  }
  const family = raw.get('addressfamily')?.[0];
  return {
    kind: 'direct',
    family: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    localAddress: meant(raw.get('bindaddress')?.[0]),
  };
}

/** `ssh -G` says true and false for yes and no. */
function unknownKeysOf(value: string | undefined): HostSettings['unknownKeys'] {
  if (value === 'yes' || value === 'true') return 'refuse';
  return value === 'accept-new' ? 'accept' : 'ask';
}

function methodsOf(raw: RawSettings): readonly Method[] {
  const isOff = (keyword: string): boolean => ['no', 'false'].includes(raw.get(keyword)?.[0] ?? '');
  const switches: Readonly<Record<Method, boolean>> = {
    publickey: isOff('pubkeyauthentication'),
    password: isOff('passwordauthentication'),
    'keyboard-interactive': isOff('kbdinteractiveauthentication') || isOff('challengeresponseauthentication'),
  };
  const preferred = raw.get('preferredauthentications')?.[0]?.split(',') ?? ourMethods;
  return preferred.flatMap((name) => ourMethods.filter((method) => method === name && !switches[method]));
}

function agentSocketOf(
  value: string | undefined,
  path: (text: string) => string,
  environment: LocalMachine['environment'],
): string | undefined {
  if (value === 'none') return undefined;
  if (value === undefined || value === 'SSH_AUTH_SOCK') return environment.SSH_AUTH_SOCK;
  return value.startsWith('$') && !value.startsWith('${') ? environment[value.slice(1)] : path(value);
}
