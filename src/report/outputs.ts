import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * SHA-256 (hex) of the whole output of each attempt, by its id, as `session/output-log.ts` saved it; those without a file
 * here are left out. Throws the system's error where a file cannot be read.
 */
export async function outputDigests(
  sessionDirectory: string,
  attempts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const attempt of attempts) {
    const digest = await digestOf(join(sessionDirectory, 'output', `${attempt}.log`));
    if (digest !== null) digests.set(attempt, digest);
  }
  return digests;
}

async function digestOf(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    // Output may be gigabytes.
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
