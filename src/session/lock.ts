import { linkSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { JournalError } from './error.ts';

/**
 * One writer a session. The owner is the highest numbered `lock.N`; taking over means creating the next number, which
 * only one process can (link(2) is atomic), so two that find the same dead owner cannot both win. A freed lock stays as
 * a file that says so, because a number must never be used again while a slow rival still remembers it.
 */

const ownerSchema = z.object({
  pid: z.number().int(),
  /** Tells this process from a later one with the same pid; empty where the system has no /proc. */
  startTime: z.string(),
  host: z.string(),
  since: z.string(),
  free: z.boolean(),
});
type Owner = z.infer<typeof ownerSchema>;

/** A lock that this process holds. */
export interface SessionLock {
  release(): void;
}

/**
 * Takes the session's lock, over from a dead owner if need be. Throws JournalError `locked` where a live process, or
 * one on another machine, has it.
 */
export function takeLock(directory: string, since: string): SessionLock {
  const self: Owner = { pid: process.pid, startTime: startTime(process.pid), host: hostname(), since, free: false };
  for (;;) {
    const numbers = lockNumbers(directory);
    const highest = numbers.at(-1) ?? 0;
    const owner = highest === 0 ? null : readOwner(join(directory, `lock.${highest}`));
    if (owner !== null && isHeld(owner)) throw heldError(owner, join(directory, `lock.${highest}`));

    const mine = join(directory, `lock.${highest + 1}`);
    if (!createWhole(mine, self)) continue;
    const seen = lockNumbers(directory);
    if (seen.at(-1) !== highest + 1) {
      // A rival took a later number while ours was being made.
      unlinkSync(mine);
      continue;
    }
    for (const number of seen.slice(0, -1)) removeQuietly(join(directory, `lock.${number}`));
    return { release: () => writeFileSync(mine, JSON.stringify({ ...self, free: true }), { mode: 0o600 }) };
  }
}

function lockNumbers(directory: string): readonly number[] {
  return readdirSync(directory)
    .flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice('lock.'.length))] : []))
    .sort((a, b) => a - b);
}

/** Creates the file with all of its content, or not at all. False where it exists already. */
function createWhole(file: string, owner: Owner): boolean {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function readOwner(file: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Gone since it was listed, or never written whole: nobody holds it.
    return null;
  }
}

function isHeld(owner: Owner): boolean {
  if (owner.free) return false;
  if (owner.host !== hostname()) return true;
  return isAlive(owner.pid) && startTime(owner.pid) === owner.startTime;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** proc(5): field 22 of /proc/PID/stat, counted after the last `)` since the name may hold anything. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function heldError(owner: Owner, file: string): JournalError {
  const where = owner.host === hostname() ? 'this machine' : owner.host;
  return new JournalError('locked', {
    sentence: `This session is open in another Brevduva: process ${owner.pid} on ${where}, since ${owner.since}.`,
    place: { file },
    remedy:
      owner.host === hostname()
        ? 'Go on there, or quit it (q saves everything) and start again here.'
        : `Quit it on ${owner.host}. If that machine is gone for good, delete the file and start again.`,
  });
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
