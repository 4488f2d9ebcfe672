import { UsageError } from '../error.ts';

/**
 * One word of POSIX sh that means exactly `value` (POSIX.1-2017, Shell Command Language §2.2.2).
 * Throws UsageError for a NUL, which no shell variable can hold.
 */
export function shellQuote(value: string): string {
  if (value.includes('\0')) {
    throw new UsageError({
      sentence: 'A value holds a NUL character, which no shell can carry.',
      remedy: 'Type the value again without it.',
    });
  }
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** `export NAME='value'` lines, one a variable. Names must be valid shell names; guides are checked for that. */
export function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${shellQuote(value)}\nexport ${name}\n`)
    .join('');
}
