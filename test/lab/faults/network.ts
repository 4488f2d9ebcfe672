import { plan } from '../addresses.ts';
import { LabError } from '../error.ts';
import type { Fault, FaultPlace } from './fault.ts';

/** Drops what the server sends to that TCP port of others, as a provider's network does. */
export function blockOutbound({ lab }: FaultPlace, port: number): Fault {
  const table = `inet fault-outbound-${port}`;
  // nft(8): one input is one transaction. To add the table first makes it no error that there was none.
  const without = `add table ${table}\ndelete table ${table}\n`;
  const rules = `table ${table} {
  chain forward {
    type filter hook forward priority 0;
    ip saddr ${plan.vps.ipv4} tcp dport ${port} drop
    ip6 saddr ${plan.vps.ipv6} tcp dport ${port} drop
  }
}
`;
  const nft = async (input: string): Promise<void> => {
    await lab.network.backbone.exec('nft', ['-f', '-'], { input });
  };
  return { inject: () => nft(without + rules), takeBack: () => nft(without) };
}

/**
 * Switches IPv6 off in the server's kernel, as when a provider's setting comes back: addresses and routes go with it.
 * Throws LabError where it is off already.
 */
export async function switchIpv6Off({ vps }: FaultPlace): Promise<Fault> {
  const route = await vps.exec('ip', ['-6', 'route', 'show', 'default']);
  if (route.out === '') throw new LabError({ sentence: 'The server has no IPv6 that could be switched off.' });
  const sh = async (script: string): Promise<string> => (await vps.exec('sh', ['-euc', script])).out;
  const env = {
    SETTINGS: await sh('cd /proc/sys/net/ipv6/conf; grep "" */disable_ipv6'),
    // ip-address(8), ip-route(8): a save is what restore wants, whole, but no text.
    ADDRESSES: await sh('ip -6 addr save | base64 -w 0'),
    ROUTES: await sh('ip -6 route save | base64 -w 0'),
  };
  return {
    inject: async () => void (await sh('echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6')),
    takeBack: async () => void (await vps.exec('sh', ['-euc', switchBack], { env })),
  };
}

/**
 * `all` stands first among the settings, and changes every other; each gets its own value after it. To restore what is
 * still there is no error. Routes are restored from a file only: it is read twice.
 */
const switchBack = `
printf '%s\\n' "$SETTINGS" | while IFS=: read -r setting value; do
  echo "$value" >"/proc/sys/net/ipv6/conf/$setting"
done
saved=$(mktemp -p /run)
printf '%s' "$ADDRESSES" | base64 -d >"$saved"
ip -6 addr restore <"$saved"
printf '%s' "$ROUTES" | base64 -d >"$saved"
ip -6 route restore <"$saved"
rm "$saved"
`;
