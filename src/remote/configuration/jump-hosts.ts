import type { TargetOptions } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';

/**
 * Reads ProxyJump's list, `[user@]host[:port]` or `ssh://` addresses parted by commas (ssh_config(5)). The last is
 * nearest to the target; the ones before it are the way to that one. Throws RemoteError for a list that is none.
 */
export function parseJumpHosts(list: string): {
  readonly nearest: Pick<TargetOptions, 'host' | 'user' | 'port'>;
  readonly before: string | undefined;
} {
  const comma = list.lastIndexOf(',');
  return {
    nearest: parseJumpHost(list.slice(comma + 1).trim()),
    before: comma === -1 ? undefined : list.slice(0, comma),
  };
}

function parseJumpHost(text: string): Pick<TargetOptions, 'host' | 'user' | 'port'> {
  const address = text.replace(/^ssh:\/\//, '');
  const at = address.lastIndexOf('@');
  const user = at === -1 ? undefined : address.slice(0, at);
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:]+|[^:]*(?::[^:]*){2,}))(?::(\d+))?$/.exec(address.slice(at + 1)) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || user === '') {
    throw new RemoteError('configuration', {
      sentence: `${JSON.stringify(said(text))} is no jump host.`,
      remedy: 'Write jump hosts as [user@]host[:port], parted by commas.',
    });
  }
  return { host, user, port: port === undefined ? undefined : Number(port) };
}
