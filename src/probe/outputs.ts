import { safeText } from '../text/safe.ts';

/** What a script appended to `$BREVDUVA_OUTPUT`, read. */
export interface ReadOutputs {
  readonly outputs: Readonly<Record<string, string>>;
  /** Lines that are no `key=value`, safe to show. */
  readonly invalid: readonly string[];
}

/** Lower case, digits and `_`, as inputs are named; the variable of later scripts is the same in upper case. */
const line = /^(?<name>[a-z][a-z0-9_]*)=(?<value>.*)$/s;
const longestValue = 4_096;

/**
 * Reads lines of `key=value`; the last line of a key counts. A value that is too long, or that could not be shown as it
 * is (control characters), is no value.
 */
export function readOutputs(text: string): ReadOutputs {
  const outputs: Record<string, string> = {};
  const invalid: string[] = [];
  for (const written of text.split('\n')) {
    if (written === '') continue;
    const { name, value } = line.exec(written)?.groups ?? {};
    if (name === undefined || value === undefined || value.length > longestValue || safeText(value) !== value) {
      invalid.push(safeText(written));
    } else {
      outputs[name] = value;
    }
  }
  return { outputs, invalid };
}
