import type { IUnicodeVersionProvider } from '@xterm/headless';
import stringWidth from 'string-width';

const zeroWidthJoiner = 0x20_0d;

/**
 * Widths of characters as a modern terminal has them. xterm.js alone knows Unicode 6, where emoji take one column; this
 * asks string-width, and joins what follows a zero width joiner or widens with a variation selector.
 */
export const modernWidths: IUnicodeVersionProvider = {
  version: 'modern',
  wcwidth: widthOf,
  charProperties(codepoint, preceding) {
    const before = { width: (preceding >> 1) & 3, joins: preceding >> 3 === 1 };
    if (preceding !== 0 && before.width > 0) {
      if (before.joins) return properties(before.width, { joined: true, joins: false });
      if (codepoint === 0xfe_0f) return properties(2, { joined: true, joins: false });
      if (widthOf(codepoint) === 0)
        return properties(before.width, { joined: true, joins: codepoint === zeroWidthJoiner });
    }
    return properties(widthOf(codepoint), { joined: false, joins: false });
  },
};

function widthOf(codepoint: number): 0 | 1 | 2 {
  const width = stringWidth(String.fromCodePoint(codepoint));
  return width === 0 ? 0 : width === 1 ? 1 : 2;
}

/** As xterm.js packs them: a state of the provider's own, the width, and whether the character joins the one before. */
function properties(width: number, { joined, joins }: { joined: boolean; joins: boolean }): number {
  return (Number(joins) << 3) | (width << 1) | Number(joined);
}
