import type { BaseAgent, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Ssh2 } from '../line/ssh2.ts';
import type { SignatureHash } from './unlock.ts';

type Key = string | Buffer | ParsedKey;

/**
 * One key as an agent of ssh2's kind. The server is asked whether it would take the key before `sign` is called, so
 * that a passphrase can be asked for then and not before; a plain `publickey` try would need the open key at once.
 */
export function offerKey(
  ssh2: Ssh2,
  blob: Buffer,
  sign: (bytes: Buffer, hash: SignatureHash | undefined) => Promise<Buffer>,
): BaseAgent {
  class OneKey extends ssh2.BaseAgent {
    getIdentities(tell: (error?: Error | null, keys?: Buffer[]) => void): void {
      tell(null, [blob]);
    }

    sign(_key: Key, bytes: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
      const tell = typeof options === 'function' ? options : callback;
      const hash = typeof options === 'function' ? undefined : options.hash;
      sign(bytes, hash).then(
        (signature) => tell?.(null, signature),
        (error) => tell?.(error instanceof Error ? error : new Error(String(error))),
      );
    }
  }
  return new OneKey();
}
