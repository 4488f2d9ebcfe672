import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../error.ts';
import { savedFromGmail, sendThroughServer } from '../send-through-server.ts';
import type { Fault, FaultPlace } from './fault.ts';

/** A message that the sender's program made wrong: its header. */
export interface WrongLetter {
  readonly subject: string;
  readonly from: string;
  /** Whole header fields beside From, To and Subject. */
  readonly fields: readonly string[];
}

/**
 * What was saved for the checkpoint Send from Gmail is another message, which really came through the server. Throws
 * LabError where none has been saved yet.
 */
export async function sendWrongLetter(place: FaultPlace, { subject, from, fields }: WrongLetter): Promise<Fault> {
  const saved = join(place.lab.network.folder, savedFromGmail);
  const before = await readFile(saved, 'utf8').catch((cause: unknown) => {
    throw new LabError({ sentence: `There is no message in ${saved} that could be another.` }, { cause });
  });
  const header = [`From: ${from}`, `To: ${place.world.gmail.mailbox.address}`, `Subject: ${subject}`, ...fields];
  return {
    inject: async () => {
      await sendThroughServer(place, header);
      await writeFile(saved, await place.world.gmail.arrival(subject));
    },
    takeBack: () => writeFile(saved, before),
  };
}
