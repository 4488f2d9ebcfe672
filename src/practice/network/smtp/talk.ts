import type { Wire } from './wire.ts';

/** Mail that was not taken: for good, or for now. */
export class DeliveryError extends Error {
  readonly isPermanent: boolean;

  constructor(message: string, { isPermanent }: { readonly isPermanent: boolean }) {
    super(message);
    this.isPermanent = isPermanent;
  }
}

/** Says a command, and gives the lines of the reply. `stage` begins the message of a DeliveryError. */
export async function ask(wire: Wire, command: string, stage: string): Promise<readonly string[]> {
  wire.write(`${command}\r\n`);
  return expectReply(wire, stage);
}

/** The lines of a reply, without codes. Rejects with DeliveryError where it is a refusal, in the words of Go's net/smtp. */
export async function expectReply(wire: Wire, stage: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    if (line === null) throw new DeliveryError(`${stage} EOF`, { isPermanent: false });
    lines.push(line.slice(4));
    if (line[3] === '-') continue;
    if (/^[23]/.test(line)) return lines;
    throw new DeliveryError(`${stage} ${line.slice(0, 3)} ${lines.join('\n')}`, { isPermanent: line.startsWith('5') });
  }
}

/** Sends a message whose lines end with CRLF, and its dot (RFC 5321 §4.5.2). */
export function sendMessage(wire: Wire, octets: Buffer): void {
  // latin1 keeps each octet as it is
  const stuffed = octets.toString('latin1').replace(/^\./gm, '..');
  wire.write(Buffer.from(`${stuffed}.\r\n`, 'latin1'));
}
