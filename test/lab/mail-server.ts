import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from './addresses.ts';
import { publishName, type Stage, serverName, turnIpv6On } from './first-checkpoints.ts';
import { makeServerCertificate } from './world/server-certificate.ts';

/** What a mail server has beside chasquid, its name and its certificate. */
export interface Furniture {
  readonly sender?: { readonly address: string; readonly password: string };
  /** A key for signing, as `aSigningKey` makes one. */
  readonly dkim?: { readonly selector: string; readonly key: string };
}

/** A key for DKIM: the server's half (PKCS#8 in PEM), and the one to publish (SubjectPublicKeyInfo in base64). */
export function aSigningKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/**
 * Makes the server of a stage a mail server by plain commands, with its suite's own chasquid, and publishes its name. On the
 * image with chasquid there is nothing left for apt to do.
 * Resolves to the file of its certificate, which vouches for itself: who shall believe it must be told to.
 */
export async function makeMailServer({ lab, vps, world }: Stage, { sender, dkim }: Furniture = {}): Promise<string> {
  const folder = join(lab.network.folder, 'server-certificate');
  await mkdir(folder, { recursive: true });
  const files = await makeServerCertificate(lab.network.host('operator'), { folder, names: [serverName] });
  await publishName(world);
  await turnIpv6On(vps);
  await vps.exec('sh', ['-euc', furnishing], {
    env: {
      FQDN: serverName,
      ADDRESSES: `${plan.vps.ipv4} ${plan.vps.ipv6}`,
      CERTIFICATE: await readFile(files.certificate, 'utf8'),
      KEY: await readFile(files.key, 'utf8'),
      SENDER: sender?.address ?? '',
      PASSWORD: sender?.password ?? '',
      SELECTOR: dkim?.selector ?? '',
      DKIM_KEY: dkim?.key ?? '',
    },
  });
  return files.certificate;
}

const furnishing = `
hostname "$FQDN"
echo "$FQDN" >/etc/hostname
for address in $ADDRESSES; do echo "$address $FQDN" >>/etc/hosts; done
apt-get -q update
apt-get -q -y --no-install-recommends install adduser chasquid curl openssl
systemctl stop 'chasquid*'

certificate=/etc/chasquid/certs/$FQDN
install -d -m 0750 -o root -g chasquid "$certificate"
printf '%s' "$CERTIFICATE" >"$certificate/fullchain.pem"
printf '%s' "$KEY" >"$certificate/privkey.pem"
chown root:chasquid "$certificate"/*.pem
chmod 0640 "$certificate"/*.pem
echo "hostname: \\"$FQDN\\"" >>/etc/chasquid/chasquid.conf

domain=/etc/chasquid/domains/example.com
install -d -m 0750 "$domain"
[ -z "$SELECTOR" ] || printf '%s' "$DKIM_KEY" >"$domain/dkim:$SELECTOR.pem"
[ -z "$SENDER" ] || chasquid-util user-add "$SENDER" --password="$PASSWORD"
chown -R chasquid:chasquid /etc/chasquid/domains

# not by a pattern alone: that passes over a unit that is stopped, and its count of starts stays
systemctl reset-failed chasquid.service 'chasquid*'
systemctl start chasquid.service
`;
