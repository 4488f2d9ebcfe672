import { BrevduvaError } from '../error.ts';

/** A typed probe cannot look, since what it asks for makes no sense with the values of this session. */
export class ProbeInputError extends BrevduvaError {}

/** `$NAME` or `${NAME}`, as in a shell script. A dollar sign before anything else is itself. */
const variable = /\$(?:(?<bare>[A-Z][A-Z0-9_]*)|\{(?<braced>[A-Z][A-Z0-9_]*)\})/g;

/** Characters that mean something in a regular expression (ECMA-262 §22.2.1, SyntaxCharacter). */
const syntaxCharacter = /[\\^$.*+?()[\]{}|/]/g;

/**
 * `text` with every `$NAME` and `${NAME}` replaced by its value. Values are not expanded again.
 * Throws ProbeInputError for a name without a value.
 */
export function expandVariables(text: string, values: Readonly<Record<string, string>>): string {
  return expand(text, (name) => neededValue(name, values));
}

/** `text` with its variables filled in, or undefined where one of them has no value. */
export function expandIfGiven(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const names = Array.from(text.matchAll(variable), ({ groups }) => groups?.bare ?? groups?.braced ?? '');
  return names.every((name) => (values[name] ?? '') !== '') ? expandVariables(text, values) : undefined;
}

/** A pattern with its variables filled in, each value standing for exactly itself. Flags `mu`. Throws ProbeInputError. */
export function expandPattern(source: string, values: Readonly<Record<string, string>>): RegExp {
  const filled = expand(source, (name) => neededValue(name, values).replace(syntaxCharacter, '\\$&'));
  try {
    return new RegExp(filled, 'mu');
  } catch (error) {
    throw new ProbeInputError(
      { sentence: `The pattern ${filled} is no regular expression.`, remedy: 'Mend the pattern in the guide.' },
      { cause: error },
    );
  }
}

/** A port number, written as one or as a variable. Throws ProbeInputError for what is no port. */
export function expandPort(port: number | string, values: Readonly<Record<string, string>>): number {
  const number = typeof port === 'number' ? port : Number(expandVariables(port, values));
  if (Number.isInteger(number) && number >= 1 && number <= 65_535) return number;
  throw new ProbeInputError({
    sentence: `${port} is no port number: a port is a whole number from 1 to 65535.`,
    remedy: 'Mend the value, or the port in the guide.',
  });
}

/** Whether a probe is wanted: its `when` names an input or output, and that has a value. */
export function isWanted(when: string | undefined, values: Readonly<Record<string, string>>): boolean {
  return when === undefined || (values[when.toUpperCase()] ?? '') !== '';
}

function expand(text: string, value: (name: string) => string): string {
  return text.replace(variable, (...match) => {
    const groups: { readonly bare?: string; readonly braced?: string } = match.at(-1);
    return value(groups.bare ?? groups.braced ?? '');
  });
}

function neededValue(name: string, values: Readonly<Record<string, string>>): string {
  const value = values[name];
  if (value !== undefined && value !== '') return value;
  throw new ProbeInputError({
    sentence: `The probe needs $${name}, which has no value yet.`,
    remedy: 'Give the input of that name, or prove the checkpoint that finds it out.',
  });
}
