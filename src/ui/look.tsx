import { createContext, useContext } from 'react';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Glyphs } from './glyphs.ts';
import { glyphsOf } from './glyphs.ts';
import type { Brush } from './paint.ts';
import { themeOf } from './theme.ts';

/** How this terminal is drawn on: what does not change while the program runs. */
export interface Look extends Brush {
  readonly glyphs: Glyphs;
  readonly clock: Clock;
  /** True for a screen reader: one column, words in place of shapes, no decoration. */
  readonly linear: boolean;
}

/** What a terminal can do. */
export interface Capabilities {
  readonly colours: boolean;
  readonly unicode: boolean;
  readonly links: boolean;
}

/** The look of a terminal with the given capabilities. */
export function lookOf(capabilities: Capabilities, options: { readonly clock: Clock; readonly linear: boolean }): Look {
  const glyphs = glyphsOf(capabilities);
  return {
    theme: themeOf(capabilities),
    glyphs: options.linear ? { ...glyphs, gutter: ' ', quote: '>', bullet: '-', pointer: '>', vertical: ';' } : glyphs,
    colours: capabilities.colours,
    unicode: capabilities.unicode,
    links: capabilities.links,
    clock: options.clock,
    linear: options.linear,
  };
}

/**
 * What the terminal can do, as far as its environment says: `NO_COLOR` (no-color.org) and `TERM=dumb` mean no
 * colours; the locale (POSIX.1-2017 §8.2: LC_ALL, LC_CTYPE, LANG, in this order) says whether Unicode is understood.
 */
export function capabilitiesOf(environment: Readonly<Record<string, string | undefined>>): Capabilities {
  const isDumb = environment.TERM === 'dumb';
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(isFilled) ?? '';
  return {
    colours: !isFilled(environment.NO_COLOR) && !isDumb,
    unicode: /utf-?8/iu.test(locale),
    links: !isDumb && opensLinks(environment),
  };
}

function isFilled(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Terminals that are known to open OSC 8 links; any other is shown the address in plain sight. */
function opensLinks(environment: Readonly<Record<string, string | undefined>>): boolean {
  const program = environment.TERM_PROGRAM ?? '';
  const terminal = environment.TERM ?? '';
  // GNOME Terminal and its kin have them since VTE 0.50.
  const hasVte = Number(environment.VTE_VERSION ?? '0') >= 5000;
  return (
    hasVte ||
    ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'rio'].includes(program) ||
    ['xterm-kitty', 'xterm-ghostty', 'alacritty', 'foot', 'contour'].some((name) => terminal.startsWith(name)) ||
    isFilled(environment.WT_SESSION) ||
    isFilled(environment.KONSOLE_VERSION)
  );
}

const LookContext = createContext<Look>(
  lookOf({ colours: true, unicode: true, links: false }, { clock: systemClock, linear: false }),
);

/** Gives the tree below it its look. */
export const LookProvider = LookContext.Provider;

/** How to draw on this terminal. */
export function useLook(): Look {
  return useContext(LookContext);
}
