import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishReverseNames, type Stage, serverName, setStage } from './first-checkpoints.ts';
import { aSigningKey, makeMailServer } from './mail-server.ts';
import type { Part, Rehearsal } from './part-of-guide.ts';
import { rehearse } from './part-of-guide.ts';
import { trust } from './world/trust.ts';

/** The sender that there is on the server of the stage. Its password has all that a script could quote wrongly. */
export const sender = { address: 'i@example.com', password: 'a "long\\ $secret\' pass' } as const;

/** A server that sends and is trusted, as the checkpoints before the last ones leave it, and the operator who goes on. */
export interface DeliveryStage extends Stage {
  readonly rehearsal: Rehearsal;
}

/** Makes a new server one whose mail is trusted, by plain commands and records, for part of a guide. */
export async function setDeliveryStage(part: Part, settings: readonly string[] = []): Promise<DeliveryStage> {
  const stage = await setStage('trixie', 'with-chasquid');
  try {
    const { lab, vps, world } = stage;
    const { folder } = lab.network;
    const key = aSigningKey();
    const certificate = await makeMailServer(stage, { sender, dkim: { selector: 'pigeon', key: key.privateKey } });
    await world.becomeTrusted(vps);
    await trust(vps, { 'mail-server': await readFile(certificate, 'utf8') });
    await publishReverseNames(world);
    await publishForMail(stage, key.publicKey);
    const password = join(folder, 'sender-password');
    await writeFile(password, `${sender.password}\n`, { mode: 0o600 });
    const rehearsal = await rehearse(stage, part, [
      ...['--authority', certificate, '--authority', join(folder, 'gmail', 'certificate.pem')],
      ...['--secret-file', `sender_password=${password}`, ...settings],
    ]);
    return { ...stage, rehearsal };
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

/** Publishes SPF, DKIM and DMARC. */
async function publishForMail({ world }: Stage, key: string): Promise<void> {
  const half = Math.ceil(key.length / 2);
  const texts: Readonly<Record<string, readonly string[]>> = {
    'example.com': [`v=spf1 a:${serverName} ~all`],
    [serverName]: ['v=spf1 a -all'],
    'pigeon._domainkey.example.com': [`v=DKIM1; k=rsa; p=${key.slice(0, half)}`, key.slice(half)],
    '_dmarc.example.com': ['v=DMARC1; p=none; rua=mailto:dmarc@example.com'],
  };
  for (const [name, strings] of Object.entries(texts)) {
    await world.publish({ name, type: 'TXT', value: strings.map((text) => `"${text}"`).join(' ') });
  }
}
