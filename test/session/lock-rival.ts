import { JournalError } from '../../src/session/error.ts';
import { takeLock } from '../../src/session/lock.ts';

// Tries to take the lock, says how it went, and keeps what it has until its input ends.
try {
  takeLock(process.argv[2] ?? '', new Date().toISOString());
  process.stdout.write('won\n');
} catch (error) {
  if (!(error instanceof JournalError)) throw error;
  process.stdout.write('lost\n');
}
process.stdin.resume();
