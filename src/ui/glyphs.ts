import type { Verdict } from '../probe/evidence.ts';
import type { CheckpointState } from '../session/state.ts';
import type { Role } from './theme.ts';

/** The shapes that the screens draw with; each takes one column. */
export interface Glyphs {
  readonly states: Readonly<Record<StateName, string>>;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly pointer: string;
  readonly bullet: string;
  readonly ticked: string;
  readonly unticked: string;
  readonly chosen: string;
  readonly unchosen: string;
  readonly ellipsis: string;
  readonly mask: string;
  readonly dot: string;
  readonly connected: string;
  readonly unconnected: string;
  readonly gutter: string;
  readonly quote: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly teeDown: string;
  readonly teeUp: string;
  readonly cross: string;
  readonly done: string;
  readonly left: string;
  readonly thumb: string;
  readonly track: string;
}

/** A checkpoint's state in one name; a proof with a warning has its own. */
export type StateName = CheckpointState['kind'] | 'proven-with-warning' | 'verifying';

const unicode: Glyphs = {
  states: {
    todo: '○',
    blocked: '·',
    running: '▶',
    verifying: '▷',
    waiting: '◔',
    proven: '✔',
    'proven-with-warning': '⚠',
    failed: '✖',
    unknown: '?',
    skipped: '↷',
    confirmed: '☑',
    ran: '•',
    stale: '↻',
  },
  verdicts: { true: '✔', warning: '⚠', false: '✖', 'not-yet': '◔', unknown: '?' },
  pointer: '❯',
  bullet: '•',
  ticked: '☑',
  unticked: '☐',
  chosen: '●',
  unchosen: '○',
  ellipsis: '…',
  mask: '•',
  dot: '·',
  connected: '●',
  unconnected: '○',
  gutter: '▏',
  quote: '▎',
  horizontal: '─',
  vertical: '│',
  teeDown: '┬',
  teeUp: '┴',
  cross: '┼',
  done: '█',
  left: '░',
  thumb: '┃',
  track: '│',
};

const ascii: Glyphs = {
  states: {
    todo: 'o',
    blocked: '.',
    running: '>',
    verifying: '>',
    waiting: '~',
    proven: '+',
    'proven-with-warning': '!',
    failed: 'x',
    unknown: '?',
    skipped: '/',
    confirmed: '=',
    ran: 'r',
    stale: '*',
  },
  verdicts: { true: '+', warning: '!', false: 'x', 'not-yet': '~', unknown: '?' },
  pointer: '>',
  bullet: '*',
  ticked: 'x',
  unticked: '_',
  chosen: '*',
  unchosen: '-',
  ellipsis: '~',
  mask: '*',
  dot: '-',
  connected: '*',
  unconnected: '-',
  gutter: '|',
  quote: '|',
  horizontal: '-',
  vertical: '|',
  teeDown: '+',
  teeUp: '+',
  cross: '+',
  done: '#',
  left: '.',
  thumb: '#',
  track: '|',
};

/** The shapes that the terminal can show: Unicode's, or ASCII where the locale is not UTF-8. */
export function glyphsOf(options: { readonly unicode: boolean }): Glyphs {
  return options.unicode ? unicode : ascii;
}

const stateRoles: Readonly<Record<StateName, Role>> = {
  todo: 'todo',
  blocked: 'muted',
  running: 'running',
  verifying: 'running',
  waiting: 'waiting',
  proven: 'proven',
  'proven-with-warning': 'warning',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  confirmed: 'proven',
  ran: 'strong',
  stale: 'stale',
};

const stateWords: Readonly<Record<StateName, string>> = {
  todo: 'to do',
  blocked: 'blocked',
  running: 'running',
  verifying: 'looking',
  waiting: 'waiting',
  proven: 'proven',
  'proven-with-warning': 'proven, with a warning',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  confirmed: 'confirmed by you',
  ran: 'ran, not proven',
  stale: 'stale',
};

const verdictRoles: Readonly<Record<Verdict, Role>> = {
  true: 'proven',
  warning: 'warning',
  false: 'failed',
  'not-yet': 'waiting',
  unknown: 'unknown',
};

const verdictWords: Readonly<Record<Verdict, string>> = {
  true: 'true',
  warning: 'true, with a warning',
  false: 'not true',
  'not-yet': 'not yet',
  unknown: 'unknown',
};

/** The role that colours a state. */
export function stateRole(name: StateName): Role {
  return stateRoles[name];
}

/** The word that says a state. */
export function stateWord(name: StateName): string {
  return stateWords[name];
}

/** The role that colours a verdict. */
export function verdictRole(verdict: Verdict): Role {
  return verdictRoles[verdict];
}

/** The word that says a verdict. */
export function verdictWord(verdict: Verdict): string {
  return verdictWords[verdict];
}
