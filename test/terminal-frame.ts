import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';

/** What is on the screen as plain text, blanks at the ends of lines cut. */
export function frameText(screen: Terminal): string {
  return linesOf(screen)
    .map((line) => line.translateToString(true))
    .join('\n')
    .trimEnd();
}

/** What is on the screen with its colours: each line's SGR sequences, made anew from the cells. */
export function frameColours(screen: Terminal): string {
  return linesOf(screen).map(colouredLine).join('\n').trimEnd();
}

function linesOf(screen: Terminal): readonly IBufferLine[] {
  const buffer = screen.buffer.active;
  return Array.from({ length: screen.rows }, (_, row) => buffer.getLine(buffer.viewportY + row)).filter(
    (line) => line !== undefined,
  );
}

function colouredLine(line: IBufferLine): string {
  const cells = Array.from({ length: line.length }, (_, column) => line.getCell(column)).filter(
    (cell) => cell !== undefined && cell.getWidth() > 0,
  ) as IBufferCell[];
  const lastShown = cells.findLastIndex((cell) => cell.getChars().trim() !== '' || parametersOf(cell) !== '');
  let before = '';
  let text = '';
  for (const cell of cells.slice(0, lastShown + 1)) {
    const parameters = parametersOf(cell);
    if (parameters !== before) text += `\u001B[0m${parameters === '' ? '' : `\u001B[${parameters}m`}`;
    text += cell.getChars() || ' ';
    before = parameters;
  }
  return before === '' ? text : `${text}\u001B[0m`;
}

function parametersOf(cell: IBufferCell): string {
  const flags: readonly (readonly [number, string])[] = [
    [cell.isBold(), '1'],
    [cell.isDim(), '2'],
    [cell.isItalic(), '3'],
    [cell.isUnderline(), '4'],
    [cell.isInverse(), '7'],
    [cell.isStrikethrough(), '9'],
  ];
  return [
    ...flags.filter(([isSet]) => isSet !== 0).map(([, parameter]) => parameter),
    colourOf(38, cell.getFgColor(), { isRgb: cell.isFgRGB(), isPalette: cell.isFgPalette() }),
    colourOf(48, cell.getBgColor(), { isRgb: cell.isBgRGB(), isPalette: cell.isBgPalette() }),
  ]
    .filter((part) => part !== '')
    .join(';');
}

function colourOf(base: 38 | 48, colour: number, { isRgb, isPalette }: { isRgb: boolean; isPalette: boolean }): string {
  if (isRgb) return `${base};2;${(colour >> 16) & 255};${(colour >> 8) & 255};${colour & 255}`;
  if (!isPalette) return '';
  if (colour < 8) return String(base - 8 + colour);
  return colour < 16 ? String(base + 52 + colour - 8) : `${base};5;${colour}`;
}
