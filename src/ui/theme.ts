/**
 * One theme: roles, never colours, are what the screens name. Colours are the terminal's own sixteen, so that they
 * fit whatever palette the person chose.
 */

/** What a stretch of text is for. */
export type Role =
  | 'proven'
  | 'warning'
  | 'failed'
  | 'unknown'
  | 'running'
  | 'waiting'
  | 'stale'
  | 'skipped'
  | 'todo'
  | 'muted'
  | 'brand'
  | 'title'
  | 'heading'
  | 'strong'
  | 'emphasis'
  | 'deleted'
  | 'code'
  | 'command'
  | 'link'
  | 'quote'
  | 'rule'
  | 'key'
  | 'selected'
  | 'cursor'
  | 'placeholder'
  | 'match'
  | 'done'
  | 'left';

/** How a role looks: SGR parameters (ECMA-48 §8.3.117) of its colour, and of what is left without colour. */
interface Look {
  readonly colour: string;
  readonly weight: string;
}

const bold = '1';
const dim = '2';
const italic = '3';
const underline = '4';
const inverse = '7';
const strike = '9';
const red = '31';
const green = '32';
const yellow = '33';
const blue = '34';
const magenta = '35';
const cyan = '36';

const looks: Readonly<Record<Role, Look>> = {
  proven: { colour: green, weight: '' },
  warning: { colour: yellow, weight: '' },
  failed: { colour: red, weight: bold },
  unknown: { colour: magenta, weight: '' },
  running: { colour: cyan, weight: bold },
  waiting: { colour: yellow, weight: '' },
  stale: { colour: yellow, weight: '' },
  skipped: { colour: '', weight: dim },
  todo: { colour: '', weight: dim },
  muted: { colour: '', weight: dim },
  brand: { colour: cyan, weight: bold },
  title: { colour: '', weight: bold },
  heading: { colour: cyan, weight: bold },
  strong: { colour: '', weight: bold },
  emphasis: { colour: '', weight: italic },
  deleted: { colour: '', weight: strike },
  code: { colour: yellow, weight: '' },
  command: { colour: '', weight: '' },
  link: { colour: blue, weight: underline },
  quote: { colour: '', weight: italic },
  rule: { colour: '', weight: dim },
  key: { colour: cyan, weight: bold },
  selected: { colour: cyan, weight: bold },
  cursor: { colour: '', weight: inverse },
  placeholder: { colour: '', weight: dim },
  match: { colour: yellow, weight: inverse },
  done: { colour: green, weight: '' },
  left: { colour: '', weight: dim },
};

/** SGR parameters of each role, `1;36`; empty where it looks like any text. */
export type Theme = Readonly<Record<Role, string>>;

/** The theme with colours, or, for `NO_COLOR` (no-color.org), with weight alone. */
export function themeOf(options: { readonly colours: boolean }): Theme {
  const parameters = (look: Look): string =>
    [look.weight, options.colours ? look.colour : ''].filter((part) => part !== '').join(';');
  const entries = Object.entries(looks).map(([role, look]) => [role, parameters(look)] as const);
  return Object.fromEntries(entries) as Record<Role, string>;
}
