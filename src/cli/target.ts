import { isIPv6 } from 'node:net';
import { UsageError } from '../error.ts';

/** A target as the person wrote it, in its parts. */
export interface TargetText {
  readonly user?: string | undefined;
  readonly host: string;
  readonly port?: number | undefined;
}

/**
 * Reads `[user@]host[:port]`; an IPv6 address needs brackets only where a port follows. Throws UsageError.
 */
export function parseTarget(text: string): TargetText {
  const at = text.lastIndexOf('@');
  const user = at === -1 ? undefined : text.slice(0, at);
  const rest = text.slice(at + 1);
  if (user !== undefined && !/^[A-Za-z0-9._][A-Za-z0-9._-]*\$?$/.test(user)) throw notATarget(text, 'its user name');
  if (isIPv6(rest)) return { user, host: rest };
  const match = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d+))?$/.exec(rest);
  const host = match?.groups?.address ?? match?.groups?.name;
  // A leading hyphen would read as an option to ssh.
  if (host === undefined || /^-|[\s/'"`$\\;&|<>]/.test(host)) throw notATarget(text, 'its host');
  const port = match?.groups?.port;
  if (port === undefined) return { user, host };
  if (Number(port) < 1 || Number(port) > 65_535) throw notATarget(text, 'its port');
  return { user, host, port: Number(port) };
}

/** The one way to write a target: what names its session. */
export function targetText({ user, host, port }: TargetText): string {
  const name = isIPv6(host) && port !== undefined ? `[${host}]` : host.toLowerCase();
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
}

function notATarget(text: string, part: string): UsageError {
  return new UsageError({
    sentence: `“${text}” is no target: ${part} cannot be read.`,
    remedy: 'Write it as user@host, user@host:port, or user@[2001:db8::1]:port.',
  });
}
