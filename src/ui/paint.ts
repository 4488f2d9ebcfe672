import { asciiOnly } from '../text/ascii.ts';
import type { Line, Span } from './line.ts';
import type { Theme } from './theme.ts';

/** What a line is painted with. */
export interface Brush {
  readonly theme: Theme;
  /** True where colours that came with remote output are shown. */
  readonly colours: boolean;
  /** False where the terminal shows ASCII only. */
  readonly unicode: boolean;
  /** True where the terminal opens OSC 8 links. */
  readonly links: boolean;
}

/**
 * A line as the text that Ink is given: SGR and OSC 8 sequences, each closed in the same line, so that no look can
 * leak. An empty line becomes a blank, for Ink gives an empty text no height.
 */
export function paint(line: Line, brush: Brush): string {
  const painted = line.map((piece) => paintSpan(piece, brush)).join('');
  return painted === '' ? ' ' : painted;
}

function paintSpan(piece: Span, { theme, colours, unicode, links }: Brush): string {
  if (piece.text === '') return '';
  // A no-break space has done its work when lines are made; copied from the screen it would only be in the way.
  const text = (unicode ? piece.text : asciiOnly(piece.text)).replaceAll('\u00A0', ' ');
  const parameters = [...piece.roles.map((role) => theme[role]), colours ? (piece.sgr ?? '') : '']
    .filter((part) => part !== '')
    .join(';');
  const styled = parameters === '' ? text : `\u001B[${parameters}m${text}\u001B[0m`;
  return links && piece.link !== undefined
    ? `\u001B]8;;${addressOf(piece.link)}\u0007${styled}\u001B]8;;\u0007`
    : styled;
}

/**
 * OSC 8 wants printable ASCII ("Hyperlinks in Terminal Emulators", the specification by Egmont Koblinger); the rest
 * is percent-encoded, and half of a surrogate pair, which has no encoding, is left out.
 */
function addressOf(link: string): string {
  return link.replaceAll(/\p{Surrogate}/gu, '').replaceAll(/[^!-~]/gu, encodeURIComponent);
}
