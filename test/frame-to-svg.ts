import stringWidth from 'string-width';

const cell = { width: 8.4, height: 18, font: 14 };
const margin = { x: 18, top: 46, bottom: 18 };

/** Colours of the sixteen, and of what has none; a calm dark palette. */
const palette = [
  '#1d2129',
  '#f0737b',
  '#8cc97a',
  '#e5c07b',
  '#6cb2f7',
  '#c98fe8',
  '#56c2cf',
  '#c5cbd6',
  '#6b7380',
  '#ff8f96',
  '#a9e095',
  '#f5d694',
  '#8fc7ff',
  '#dfadf7',
  '#7adbe6',
  '#ffffff',
] as const;
const foreground = '#c5cbd6';
const background = '#1d2129';

interface Style {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

const plain: Style = { colour: foreground, bold: false, dim: false, italic: false, underline: false, inverse: false };

/** A golden frame with its colours (see terminal-frame.ts) as a picture of a terminal window. */
export function frameToSvg(
  frame: string,
  { columns, rows, title }: { columns: number; rows: number; title: string },
): string {
  const width = Math.ceil(columns * cell.width + margin.x * 2);
  const height = rows * cell.height + margin.top + margin.bottom;
  const lines = frame.split('\n').flatMap((line, row) => lineElements(line, margin.top + row * cell.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<rect width="${width}" height="${height}" rx="10" fill="${background}"/>
<g fill="#3a404b"><circle cx="22" cy="20" r="6"/><circle cx="42" cy="20" r="6"/><circle cx="62" cy="20" r="6"/></g>
<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="${cell.font}" fill="${foreground}" xml:space="preserve">
${lines.join('\n')}
</g>
</svg>
`;
}

function lineElements(line: string, top: number): readonly string[] {
  const elements: string[] = [];
  let style = plain;
  let column = 0;
  for (const part of line.split(/(\u001B\[[\d;]*m)/u)) {
    const parameters = /^\u001B\[([\d;]*)m$/u.exec(part)?.[1];
    if (parameters !== undefined) style = parameters === '0' ? plain : styleOf(parameters);
    else if (part !== '') {
      elements.push(...runElements(part, style, { column, top }));
      column += stringWidth(part);
    }
  }
  return elements;
}

function runElements(
  text: string,
  style: Style,
  at: { readonly column: number; readonly top: number },
): readonly string[] {
  const x = (column: number): string => (margin.x + column * cell.width).toFixed(1);
  const back = style.inverse
    ? [
        `<rect x="${x(at.column)}" y="${at.top}" width="${(stringWidth(text) * cell.width).toFixed(1)}" height="${cell.height}" fill="${style.colour}"/>`,
      ]
    : [];
  // Words stand where their column is, whatever the font's own width.
  const words = [...text.matchAll(/\S+(?: \S+)*/gu)].map((match) => {
    const column = at.column + stringWidth(text.slice(0, match.index));
    const length = (stringWidth(match[0]) * cell.width).toFixed(1);
    const attributes = [
      style.inverse ? `fill="${background}"` : style.colour === foreground ? '' : `fill="${style.colour}"`,
      style.bold ? 'font-weight="bold"' : '',
      style.dim ? 'opacity="0.55"' : '',
      style.italic ? 'font-style="italic"' : '',
      style.underline ? 'text-decoration="underline"' : '',
    ].filter((attribute) => attribute !== '');
    return `<text x="${x(column)}" y="${at.top + 13.5}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${attributes.map((attribute) => ` ${attribute}`).join('')}>${escapeXml(match[0])}</text>`;
  });
  return [...back, ...words];
}

function styleOf(parameters: string): Style {
  const codes = parameters.split(';').map(Number);
  const colour = codes.find((code) => (code >= 30 && code <= 37) || (code >= 90 && code <= 97));
  return {
    colour: colour === undefined ? foreground : (palette[colour < 40 ? colour - 30 : colour - 82] ?? foreground),
    bold: codes.includes(1),
    dim: codes.includes(2),
    italic: codes.includes(3),
    underline: codes.includes(4),
    inverse: codes.includes(7),
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
