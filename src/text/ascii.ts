import { cellsOf, graphemesOf } from './width.ts';

/** What typographic characters look like in ASCII; one column each. */
const alike: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '~',
  '–': '-',
  '—': '-',
  '•': '*',
  '·': '-',
  '×': 'x',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '\u00A0': ' ',
};

/** The text in printable ASCII, as wide as it was; what has no likeness there becomes `?`. */
export function asciiOnly(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return graphemesOf(text)
    .map((grapheme) => (/^[ -~]$/.test(grapheme) ? grapheme : (alike[grapheme] ?? '?'.repeat(cellsOf(grapheme)))))
    .join('');
}
