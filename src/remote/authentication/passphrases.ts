import type { KeyObject } from 'node:crypto';
import type { Questions } from '../line/questions.ts';
import type { PrivateKeyFile } from './key-file.ts';
import { unlock } from './unlock.ts';

const tries = 3;

/** Unlocked keys, kept while one connection with all its hops is made, so that a passphrase is asked once. */
export class Passphrases {
  readonly #unlocked = new Map<string, Promise<KeyObject>>();

  /** The private key in `file`. Asks up to three times; rejects with the reason where it stays locked. */
  unlock(file: PrivateKeyFile, questions: Questions): Promise<KeyObject> {
    const known = this.#unlocked.get(file.file);
    if (known !== undefined) return known;
    const asked = askAndUnlock(file, questions);
    this.#unlocked.set(file.file, asked);
    return asked;
  }
}

async function askAndUnlock(file: PrivateKeyFile, questions: Questions): Promise<KeyObject> {
  for (let asked = 0; asked < (file.isEncrypted ? tries : 1); asked += 1) {
    const passphrase = file.isEncrypted
      ? await questions.ask({ kind: 'passphrase', file: file.file, again: asked > 0 })
      : undefined;
    if (passphrase === null) throw new Error('no passphrase was given');
    const result = await unlock(file, passphrase);
    if (result.kind === 'unlocked') return result.key;
    if (result.kind === 'unusable') throw new Error(result.why);
  }
  throw new Error('the passphrase was wrong three times');
}
