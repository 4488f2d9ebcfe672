import type ssh2 from 'ssh2';

/** The SSH library. */
export type Ssh2 = typeof ssh2;

/**
 * Loads the SSH library. It costs some 100 ms, so nothing but making a connection does it. The default export is all
 * of it: a CommonJS module's other names are only partly seen from here.
 */
export async function loadSsh2(): Promise<Ssh2> {
  return (await import('ssh2')).default;
}
