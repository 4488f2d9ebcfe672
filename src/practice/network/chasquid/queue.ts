import { randomBytes } from 'node:crypto';
import { DeliveryError } from '../smtp/talk.ts';
import { type Destination, partsOf } from './aliases.ts';
import { type Courier, carry } from './courier.ts';
import type { MailHost } from './mail-host.ts';
import { bare, message, quoted, writeProto } from './text-proto.ts';

/** Where a recipient of a letter stands. */
export interface Recipient {
  readonly destination: Destination;
  /** The address that was written to. */
  readonly original: string;
  status: 'PENDING' | 'SENT' | 'FAILED';
  lastFailure: string;
}

/** A letter that waits. */
export interface QueueItem {
  readonly id: string;
  /** `<>` for a bounce. */
  readonly from: string;
  readonly to: readonly string[];
  readonly octets: Buffer;
  readonly created: Date;
  readonly recipients: readonly Recipient[];
}

/** What a queue works with. */
export interface QueueOptions {
  readonly host: MailHost;
  readonly courier: Courier;
  readonly folder: string;
  readonly most: number;
  /** Milliseconds until a letter is tried again. */
  readonly retryMs: number;
  isLocal(address: string): boolean;
}

/** The letters that are to be delivered; each is also a file, by which other programs see it. */
export class Queue {
  readonly #items = new Map<string, QueueItem>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #options: QueueOptions;
  #isStopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  items(): readonly QueueItem[] {
    return [...this.#items.values()];
  }

  isFull(): boolean {
    return this.#items.size >= this.#options.most;
  }

  /** Takes a letter; resolves to its id when it is on the disk, and begins to deliver it. */
  async put(letter: {
    readonly from: string;
    readonly to: readonly string[];
    readonly octets: Buffer;
    readonly recipients: readonly { readonly destination: Destination; readonly original: string }[];
  }): Promise<string> {
    const recipients = letter.recipients.map((each): Recipient => ({ ...each, status: 'PENDING', lastFailure: '' }));
    const id = randomBytes(8).toString('base64url');
    const item: QueueItem = { ...letter, id, created: this.#options.host.now(), recipients };
    this.#items.set(id, item);
    await this.#write(item);
    return id;
  }

  /** Begins to deliver what was put; what cannot be delivered now is tried again later. */
  begin(id: string): void {
    const item = this.#items.get(id);
    if (item !== undefined) this.#start(item);
  }

  /** Tries again at once whatever waits. */
  flush(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const item of this.#items.values()) this.#start(item);
  }

  /** Ends deliveries under way; what waits stays on the disk. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #start(item: QueueItem): void {
    const running = this.#deliver(item).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #deliver(item: QueueItem): Promise<void> {
    const { host, retryMs } = this.#options;
    const pending = item.recipients.filter(({ status }) => status === 'PENDING');
    await Promise.all(pending.map((recipient) => this.#deliverTo(recipient, item)));
    if (this.#isStopped) return;
    if (item.recipients.some(({ status }) => status === 'PENDING')) {
      host.log(`${item.id} from=${item.from} completed loop, next in ${Math.round(retryMs / 1_000)}s`);
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#start(item);
      }, retryMs);
      timer.unref();
      this.#timers.add(timer);
      return;
    }
    host.log(`${item.id} from=${item.from} all done`);
    this.#items.delete(item.id);
    await host.remove(this.#pathOf(item));
  }

  async #deliverTo(recipient: Recipient, item: QueueItem): Promise<void> {
    const { destination } = recipient;
    const to = destination.kind === 'pipe' ? destination.command : destination.address;
    const about = `${item.id} from=${item.from} to=${to}`;
    try {
      await this.#send(recipient, item);
      recipient.status = 'SENT';
      this.#options.host.log(`${about} sent`);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      recipient.lastFailure = error.message;
      if (error.isPermanent) recipient.status = 'FAILED';
      const word = error.isPermanent ? 'permanent' : 'temporary';
      this.#options.host.log(`${about} failed (${word}): ${error.message}`);
    }
    await this.#write(item);
  }

  async #send({ destination, original }: Recipient, item: QueueItem): Promise<void> {
    const { courier, isLocal } = this.#options;
    if (destination.kind === 'pipe') throw new DeliveryError('exit status 127', { isPermanent: true });
    if (destination.kind === 'email' && isLocal(destination.address)) {
      const why = 'MDA failed: exec: "maildrop": executable file not found in $PATH - ""';
      throw new DeliveryError(why, { isPermanent: true });
    }
    const sender = item.from === '<>' ? '' : item.from;
    const from = sender === '' || isLocal(sender) ? sender : rewritten(sender, original);
    const via = destination.kind === 'forward' ? destination.via : undefined;
    await carry({ from, to: destination.address, octets: item.octets }, courier, via);
  }

  #pathOf({ id }: QueueItem): string {
    return `${this.#options.folder}/m:${id}`;
  }

  /** As chasquid's queue.proto in text. */
  async #write(item: QueueItem): Promise<void> {
    const recipients = item.recipients.map(({ destination, original, status, lastFailure }) =>
      message('rcpt', [
        quoted('address', destination.kind === 'pipe' ? destination.command : destination.address),
        bare('type', destination.kind.toUpperCase()),
        bare('status', status),
        quoted('last_failure_message', lastFailure),
        quoted('original_address', original),
      ]),
    );
    const fields = [
      quoted('ID', item.id),
      quoted('from', item.from),
      ...item.to.map((to) => quoted('To', to)),
      ...recipients,
      quoted('data', item.octets),
      message('created_at_ts', [bare('seconds', Math.floor(item.created.getTime() / 1_000))]),
    ];
    await this.#options.host.write(this.#pathOf(item), writeProto(fields));
  }
}

/** The sender of mail that is passed on for somebody: ours, with theirs inside (as chasquid's send-only SRS). */
function rewritten(sender: string, original: string): string {
  const { user, domain } = partsOf(original);
  return `${user}+fwd_from=${sender.replaceAll('@', '=')}@${domain}`;
}
