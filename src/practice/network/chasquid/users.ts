import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { bare, message, messagesOf, type ProtoField, quoted, readProto, scalarOf, writeProto } from './text-proto.ts';

/** How a user's password is kept (chasquid's userdb.proto). */
export type Password =
  | {
      readonly kind: 'scrypt';
      readonly logN: number;
      readonly r: number;
      readonly p: number;
      readonly keyLen: number;
      readonly salt: Buffer;
      readonly encrypted: Buffer;
    }
  | { readonly kind: 'plain'; readonly password: Buffer }
  /** May receive mail, and never log in. */
  | { readonly kind: 'denied' };

/** The users of a domain, by the part of their address before the @. */
export type Users = ReadonlyMap<string, Password>;

/** chasquid's own parameters. */
const parameters = { logN: 14, r: 8, p: 1, keyLen: 32 } as const;
const saltLength = 16;

/** Reads a file `domains/DOMAIN/users`. Throws ProtoError. */
export function readUsers(text: string): Users {
  return new Map(
    messagesOf(readProto(text), 'users').map((entry) => {
      const [value = []] = messagesOf(entry, 'value');
      return [scalarOf(entry, 'key') ?? '', passwordIn(value)];
    }),
  );
}

/** Such a file, its users by name, as chasquid-util writes it. */
export function writeUsers(users: Users): string {
  const sorted = [...users].sort(([one], [other]) => (one < other ? -1 : 1));
  return writeProto(
    sorted.map(([name, password]) => message('users', [quoted('key', name), message('value', [fieldOf(password)])])),
  );
}

/** What is kept of a password. */
export async function hashPassword(password: string): Promise<Password> {
  const salt = randomBytes(saltLength);
  return { kind: 'scrypt', ...parameters, salt, encrypted: await derive(password, { ...parameters, salt }) };
}

/** Whether it is the user's password. */
export async function isPassword(password: string, kept: Password): Promise<boolean> {
  switch (kept.kind) {
    case 'scrypt': {
      const derived = await derive(password, kept);
      return derived.length === kept.encrypted.length && timingSafeEqual(derived, kept.encrypted);
    }
    case 'plain':
      return kept.password.equals(Buffer.from(password));
    case 'denied':
      return false;
    default:
      return kept satisfies never;
  }
}

function passwordIn(value: readonly ProtoField[]): Password {
  const [stored] = messagesOf(value, 'scrypt');
  if (stored !== undefined) {
    const number = (name: string) => Number(scalarOf(stored, name) ?? 0);
    const bytes = (name: string) => {
      const found = stored.find((field) => field.name === name)?.value;
      return Buffer.isBuffer(found) ? found : Buffer.alloc(0);
    };
    return {
      kind: 'scrypt',
      logN: number('logN'),
      r: number('r'),
      p: number('p'),
      keyLen: number('keyLen'),
      salt: bytes('salt'),
      encrypted: bytes('encrypted'),
    };
  }
  const [plain] = messagesOf(value, 'plain');
  if (plain === undefined) return { kind: 'denied' };
  return { kind: 'plain', password: Buffer.from(scalarOf(plain, 'password') ?? '') };
}

function fieldOf(password: Password): ProtoField {
  switch (password.kind) {
    case 'scrypt': {
      const { logN, r, p, keyLen, salt, encrypted } = password;
      const numbers = Object.entries({ logN, r, p, keyLen }).map(([name, value]) => bare(name, value));
      return message('scrypt', [...numbers, quoted('salt', salt), quoted('encrypted', encrypted)]);
    }
    case 'plain':
      return message('plain', [quoted('password', password.password)]);
    case 'denied':
      return message('denied', []);
    default:
      return password satisfies never;
  }
}

/** RFC 7914. */
function derive(
  password: string,
  { logN, r, p, keyLen, salt }: { logN: number; r: number; p: number; keyLen: number; salt: Buffer },
): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLen, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
