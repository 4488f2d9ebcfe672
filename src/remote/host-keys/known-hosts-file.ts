import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RemoteError } from '../error.ts';
import { hashedHostsField, type KnownHosts, parseKnownHosts, withoutHost } from './known-hosts.ts';

/** A byte a character, so that what is not ASCII (comments) comes out of a rewrite as it went in. */
const encoding = 'latin1';

/**
 * Reads several known_hosts files as one. A file that does not exist holds nothing.
 * Throws RemoteError where one exists and cannot be read: what it holds might revoke a key.
 */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const read = await Promise.all(files.map(async (file) => parseKnownHosts(await textOf(file))));
  return {
    lines: read.flatMap(({ lines }) => lines),
    malformed: read.reduce((sum, { malformed }) => sum + malformed, 0),
  };
}

/** A key to be remembered for a host. */
export interface KeyToRemember {
  readonly file: string;
  /** `name` or `[name]:port`. */
  readonly name: string;
  readonly type: string;
  readonly blob: Buffer;
  /** HashKnownHosts. */
  readonly isHashed: boolean;
}

/**
 * Adds a key as OpenSSH does: one line, in one append, to a file of mode 0600 in a directory of mode 0700.
 * Throws RemoteError where it cannot be written.
 */
export async function rememberKey(key: KeyToRemember): Promise<void> {
  await orComplain(key.file, async () => {
    await mkdir(dirname(key.file), { recursive: true, mode: 0o700 });
    const file = await open(key.file, 'a+', 0o600);
    try {
      await file.appendFile(`${(await endsOpen(file)) ? '\n' : ''}${lineOf(key)}`);
      await syncWherePossible(file);
    } finally {
      await file.close();
    }
  });
}

/**
 * Puts a key in the place of all that `name` was known by in that file: the new text is written beside it and renamed
 * over it. Only for a change that the person accepted. Throws RemoteError where it cannot be written.
 */
export async function replaceKey(key: KeyToRemember): Promise<void> {
  const before = await textOf(key.file);
  const kept = withoutHost(before, key.name);
  if (kept === before) return rememberKey(key);
  await orComplain(key.file, async () => {
    // People keep it as a symbolic link into their dotfiles; the link must stay one.
    const file = await realpath(key.file);
    const beside = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      const text = `${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${lineOf(key)}`;
      await writeFile(beside, text, { encoding, mode: 0o600, flag: 'wx', flush: true });
      await chmod(beside, (await stat(file)).mode & 0o777);
      await rename(beside, file);
    } catch (error) {
      await unlink(beside).catch(() => undefined);
      throw error;
    }
  });
}

function lineOf({ name, type, blob, isHashed }: KeyToRemember): string {
  return `${isHashed ? hashedHostsField(name) : name} ${type} ${blob.toString('base64')}\n`;
}

/** Whether the last line has no newline, so that an append would run into it. */
async function endsOpen(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** `UserKnownHostsFile /dev/null` is common, and a device cannot be synced. */
async function syncWherePossible(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  if ((await file.stat()).isFile()) await file.sync();
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, encoding);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return '';
    throw new RemoteError(
      'configuration',
      {
        sentence: 'The list of known host keys cannot be read, so no server can be verified.',
        place: { file },
        remedy: `Make the file readable, or name another with UserKnownHostsFile (${reason(error)}).`,
      },
      { cause: error },
    );
  }
}

async function orComplain(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new RemoteError(
      'configuration',
      {
        sentence: 'The accepted host key could not be saved.',
        place: { file },
        remedy: `Make the file writable, or name another with UserKnownHostsFile (${reason(error)}).`,
      },
      { cause: error },
    );
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
