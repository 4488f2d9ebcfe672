import type { ProbeContext } from './context.ts';
import { canonicalIpv6 } from './dns/name.ts';

/**
 * Whether the target has that IP address on one of its interfaces at this moment; `null` where that could not be seen.
 * Rejects with the signal's reason.
 */
export async function targetHas(
  address: string,
  { connection, signal }: Pick<ProbeContext, 'connection' | 'signal'>,
): Promise<boolean | null> {
  if (connection === null) return null;
  const { end, stdout } = await connection.runScript('ip -o addr show\n', { signal });
  if (end.kind !== 'exited' || end.status !== 0) return null;
  // `2: eth0    inet6 2001:db8::10/64 scope global …`
  const held = Array.from(
    Buffer.from(stdout)
      .toString()
      .matchAll(/\sinet6?\s+([0-9A-Fa-f:.]+)/g),
    ([, one = '']) => one,
  );
  return held.some((one) => canonicalIpv6(one) === canonicalIpv6(address));
}
