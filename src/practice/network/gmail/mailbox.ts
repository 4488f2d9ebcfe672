/** A message as it lies in a folder. */
export interface StoredMessage {
  readonly uid: number;
  readonly folder: FolderName;
  readonly octets: Buffer;
  readonly arrived: Date;
}

/** Gmail's folders by the names that its IMAP has, and what they are for (RFC 6154). */
export const folderUses = { INBOX: '', '[Gmail]/All Mail': '\\All', '[Gmail]/Spam': '\\Junk' } as const;

export type FolderName = keyof typeof folderUses;

/** One account at the practice world's Gmail: one address, one app password, and what arrived. */
export class Mailbox {
  readonly address: string;
  readonly password: string;
  readonly #messages: StoredMessage[] = [];
  readonly #waiting = new Set<() => void>();

  constructor({ address, password }: { readonly address: string; readonly password: string }) {
    this.address = address;
    this.password = password;
  }

  deliver(message: Omit<StoredMessage, 'uid'>): void {
    this.#messages.push({ ...message, uid: this.#messages.length + 1 });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** What a folder shows: all mail is what is no spam. */
  in(name: FolderName): readonly StoredMessage[] {
    return this.#messages.filter(({ folder }) =>
      name === '[Gmail]/All Mail' ? folder !== '[Gmail]/Spam' : folder === name,
    );
  }

  /** Resolves to the first message that holds that text, as soon as it has arrived. */
  async arrival(text: string): Promise<StoredMessage> {
    for (;;) {
      const found = this.#messages.find(({ octets }) => octets.includes(text));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}
