import { createHash } from 'node:crypto';

/** What the `%` tokens of ssh_config(5) stand for. */
export interface TokenValues {
  /** `%h`: the name or address that is dialled. */
  readonly hostname: string;
  /** `%n`: the host as the person gave it. */
  readonly alias: string;
  /** `%p` */
  readonly port: number;
  /** `%r`: whom to be there. */
  readonly user: string;
  /** `%k` */
  readonly hostKeyAlias: string;
  /** `%j` */
  readonly jump: string;
  /** `%d` */
  readonly home: string;
  /** `%u` */
  readonly localUser: string;
  /** `%l` */
  readonly localHost: string;
  /** `%i` */
  readonly localUserId: number;
}

/** Replaces the tokens of ssh_config(5), section TOKENS. One that is not known stays as it is. */
export function expandTokens(text: string, values: TokenValues): string {
  const meaning: Readonly<Record<string, string>> = {
    '%': '%',
    h: values.hostname,
    n: values.alias,
    p: values.port.toString(),
    r: values.user,
    k: values.hostKeyAlias,
    j: values.jump,
    d: values.home,
    u: values.localUser,
    l: values.localHost,
    L: values.localHost.split('.')[0] ?? values.localHost,
    i: values.localUserId.toString(),
    C: connectionHash(values),
  };
  return text.replaceAll(/%(.)/gs, (token, letter: string) => meaning[letter] ?? token);
}

/** `%C`: the hash of %l%h%p%r%j. */
function connectionHash({ localHost, hostname, port, user, jump }: TokenValues): string {
  return createHash('sha1').update(`${localHost}${hostname}${port}${user}${jump}`).digest('hex');
}

/** A path of the configuration: `~`, `${VARIABLE}` and tokens expanded, in OpenSSH's order. */
export function expandPath(
  path: string,
  values: TokenValues,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const tilde = path === '~' || path.startsWith('~/') ? `${values.home}${path.slice(1)}` : path;
  const variables = tilde.replaceAll(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
    (whole, name: string) => environment[name] ?? whole,
  );
  return expandTokens(variables, values);
}
