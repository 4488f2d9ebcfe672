import * as z from 'zod';

/** From where a probe looks. `authority`: the zone's own name servers; `public`: well-known resolvers. */
export const vantages = ['here', 'target', 'authority', 'public'] as const;
/** From where a probe looks. */
export type Vantage = (typeof vantages)[number];

/** `$NAME` or `${NAME}`, wherever it stands; a `$` before capitals that shall mean itself in a pattern is `[$]`. */
export const variable = /\$(?:[A-Z][A-Z0-9_]*|\{[A-Z][A-Z0-9_]*\})/;

/** A text that is not empty. */
export const text = z.string().min(1);

/** A regular expression (ECMA-262, flags `mu`) once its variables have a value. */
export const pattern = text.refine(isPattern, {
  error: 'is no regular expression',
  params: { remedy: 'Check its brackets, and put a backslash before characters that shall mean themselves.' },
});

/** A port, as a number or a variable. */
export const port = z.union([
  z.number().int().min(1).max(65_535),
  text.refine((written) => variable.test(written) || isPortNumber(written), {
    error: 'must be a port from 1 to 65535, or a $NAME',
    params: { remedy: 'Write the number, such as 25.' },
  }),
]);

/** The machine that a probe connects from. */
export const onMachine = z.enum(['here', 'target']);

/** Only addresses of this family; without it, whichever comes first. */
export const family = z.union([z.literal(4), z.literal(6)]).optional();

/** What no answer at all means. */
export const silence = z.enum(['false', 'unknown']).default('false');

/** What the absence of any route or address of the family means. */
export const noroute = z.enum(['false', 'warning', 'unknown']).default('false');

/** Seconds to wait for one answer. */
export const seconds = z.number().positive().max(300);

/** Name of an input or output: the probe is wanted only where that has a value. */
export const when = text.optional();

interface Refusals {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string; params: { remedy: string } }): void;
}

/** Adds what is wrong with one key: a predicate (`is missing`) and its remedy, as the guide parser tells them. */
export function refuse(
  context: Refusals,
  key: PropertyKey | readonly PropertyKey[],
  fault: { readonly message: string; readonly remedy: string },
): void {
  context.addIssue({
    code: 'custom',
    path: typeof key === 'object' ? [...key] : [key],
    message: fault.message,
    params: { remedy: fault.remedy },
  });
}

function isPortNumber(written: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(written) && Number(written) <= 65_535;
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source.replaceAll(new RegExp(variable, 'g'), 'x'), 'mu');
    return true;
  } catch {
    return false;
  }
}
