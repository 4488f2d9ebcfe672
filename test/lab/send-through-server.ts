import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Stage, serverName } from './first-checkpoints.ts';

/** The address that the guide's sender has in the lab. */
export const senderAddress = 'i@example.com';

/** The file, in the folder of the lab, of what was sent from Gmail as the sender, as it arrived. */
export const savedFromGmail = 'from-gmail.eml';

/** Where the operator keeps the sender's password, for `--secret-file`. */
export function passwordFile({ lab }: Pick<Stage, 'lab'>): string {
  return join(lab.network.folder, 'sender-password');
}

/** Logs in to the server from Gmail's machine, and hands it a message with that header for the lab's mailbox. */
export async function sendThroughServer(stage: Pick<Stage, 'lab' | 'world'>, header: readonly string[]): Promise<void> {
  const { lab, world } = stage;
  const file = join(lab.network.folder, 'letter');
  await writeFile(file, [...header, '', 'Hello!', ''].join('\r\n'));
  const [password = ''] = (await readFile(passwordFile(stage), 'utf8')).split('\n');
  const envelope = ['--mail-from', senderAddress, '--mail-rcpt', world.gmail.mailbox.address];
  const words = ['-6', '-sS', '-k', '--max-time', '30', ...envelope, '-T', file, '--config', '-'];
  // curl(1): in a quoted value of a configuration a backslash escapes.
  const quoted = password.replaceAll(/[\\"]/g, '\\$&');
  await lab.network.host('gmail').exec('curl', [...words, `smtps://${serverName}`], {
    input: `user = "${senderAddress}:${quoted}"\n`,
  });
}
