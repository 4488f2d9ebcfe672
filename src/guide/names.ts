import { nearest } from './nearest.ts';

/**
 * Variables that the shell, the system or Brevduva itself gives a meaning (POSIX.1-2017 §8, bash(1), ld.so(8), and those
 * of src/shell/script.ts). An input of such a name would change how commands work instead of telling them a value.
 */
const takenVariables: ReadonlySet<string> = new Set(
  `CDPATH COLUMNS DIRSTACK EDITOR ENV EUID FUNCNAME GROUPS HISTFILE HOME HOSTNAME HOSTTYPE IFS LANG LANGUAGE LINENO LINES
  LOGNAME MACHTYPE MAIL MAILCHECK MAILPATH NEEDRESTART_MODE NO_COLOR OLDPWD OPTARG OPTERR OPTIND OSTYPE PAGER PATH
  PIPESTATUS POSIXLY_CORRECT PPID PS1 PS2 PS3 PS4 PWD RANDOM REPLY SECONDS SHELL SHELLOPTS SHLVL TERM TMPDIR TZ UID USER
  VISUAL`.split(/\s+/),
);
const takenPrefixes = ['BASH', 'BREVDUVA_', 'DEBIAN_', 'DPKG_', 'LC_', 'LD_', 'PYTHON', 'SSH_', 'SUDO_', 'XDG_'];

/** How the name of an input or output is written. */
export const namePattern = /^[a-z][a-z0-9_]{0,62}$/;

/** How a step's or guide's id is written: also a file name, part of a path on the target, and a word on a command line. */
export const idPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The environment variable of an input or output. */
export function variableOf(name: string): string {
  return name.toUpperCase();
}

/** What is wrong with the name of an input or output, as a predicate with its remedy; undefined where nothing is. */
export function nameFault(name: string): { readonly predicate: string; readonly remedy: string } | undefined {
  if (!namePattern.test(name)) {
    return {
      predicate: 'is no name',
      remedy: 'A name has lower-case letters, digits and `_`, and begins with a letter.',
    };
  }
  const variable = variableOf(name);
  if (!takenVariables.has(variable) && !takenPrefixes.some((prefix) => variable.startsWith(prefix))) return undefined;
  return {
    predicate: `would be the variable ${variable}, which the shell or Brevduva itself uses`,
    remedy: `Take another name, such as \`server_${name}\`.`,
  };
}

/** `$DOMAIN` and `${DOMAIN}` as typed probes write them (see probe/spec.ts). */
const probeVariable = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g;

/** Variables that a typed probe's text mentions, as written (`DOMAIN`), in order. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(probeVariable)].flatMap(([, bare, braced]) => bare ?? braced ?? []);
}

/** Whether a script mentions a variable: anywhere as a word, so that `printenv DOMAIN` and `$((PORT + 1))` count too. */
export function mentionsVariable(script: string, variable: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_])${variable}(?![A-Za-z0-9_])`).test(script);
}

/** `{{domain}}` in prose and records. What else stands in double braces (`{{.Names}}`) is no name, and stays. */
const template = /\{\{[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*\}\}/g;

/** Names that a text has in double braces, in order. */
export function templatesIn(text: string): readonly string[] {
  // why: most texts have none, and this is asked of every line of every guide
  return text.includes('{{') ? [...text.matchAll(template)].map((match) => match[1] ?? '') : [];
}

/** The text with each `{{name}}` replaced by what `filled` gives for it; where that is undefined, it stays. */
export function replaceTemplates(text: string, filled: (name: string) => string | undefined): string {
  return text.replaceAll(template, (whole, name: string) => filled(name) ?? whole);
}

/** The remedy for a name that a guide does not know. */
export function nameRemedy(name: string, known: readonly string[], write: (name: string) => string): string {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean \`${write(near)}\`?`;
  return 'Add it to `inputs:` of the index, or to `gives:` of this or an earlier step.';
}
