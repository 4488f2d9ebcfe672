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

/** SGR sequences as the frames have them. */
const sgr = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`, 'u');

function lineElements(line: string, top: number): readonly string[] {
  const elements: string[] = [];
  let style = plain;
  let column = 0;
  // With one group in the pattern, `split` gives text and parameters in turn.
  for (const [index, part] of line.split(sgr).entries()) {
    if (index % 2 === 1) {
      style = part === '0' ? plain : styleOf(part);
    } else {
      elements.push(...runElements(part, style, { column, top }));
      column += stringWidth(part);
    }
  }
  return elements;
}

interface Corner {
  readonly column: number;
  readonly top: number;
}

function runElements(text: string, style: Style, at: Corner): readonly string[] {
  const back = style.inverse
    ? [rect({ x: at.column, y: 0, width: stringWidth(text), height: 1 }, at.top, `fill="${style.colour}"`)]
    : [];
  const shapes = [...text.matchAll(/[─│┬┴┼┃▏▎█░]+/gu)].flatMap((match) => {
    const column = at.column + stringWidth(text.slice(0, match.index));
    return shapeElements(match[0], style, { column, top: at.top });
  });
  const words = [...text.matchAll(/[^\s─│┬┴┼┃▏▎█░]+(?: [^\s─│┬┴┼┃▏▎█░]+)*/gu)].map((match) => {
    const column = at.column + stringWidth(text.slice(0, match.index));
    return wordElement(match[0], style, { column, top: at.top });
  });
  return [...back, ...shapes, ...words];
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle in cells. */
function rect({ x, y, width, height }: Area, top: number, look: string): string {
  const left = (margin.x + x * cell.width).toFixed(1);
  const y0 = (top + y * cell.height).toFixed(1);
  return `<rect x="${left}" y="${y0}" width="${(width * cell.width).toFixed(1)}" height="${(height * cell.height).toFixed(1)}" ${look}/>`;
}

/** Lines and blocks are drawn, so that they meet whatever the font. */
function shapeElements(text: string, style: Style, { column, top }: Corner): readonly string[] {
  const look = `fill="${style.colour}"${style.dim ? ' opacity="0.4"' : ''}`;
  const thin = { across: 0.12, down: 0.055 };
  const across = (x: number, width: number): string => rect({ x, y: 0.5, width, height: thin.down }, top, look);
  const down = (x: number, y: number, height: number): string =>
    rect({ x: x + 0.44, y, width: thin.across, height }, top, look);
  const flat = [...text.matchAll(/[─┬┴┼]+/gu)].map((match) => across(column + match.index, match[0].length));
  const upright = [...text].flatMap((character, index) => {
    const x = column + index;
    switch (character) {
      case '│':
      case '┼':
        return [down(x, 0, 1)];
      case '┬':
        return [down(x, 0.5, 0.5)];
      case '┴':
        return [down(x, 0, 0.5)];
      case '┃':
        return [rect({ x: x + 0.36, y: 0, width: 0.28, height: 1 }, top, look)];
      case '▏':
        return [rect({ x, y: 0, width: 0.14, height: 1 }, top, look)];
      case '▎':
        return [rect({ x, y: 0, width: 0.26, height: 1 }, top, look)];
      default:
        return [];
    }
  });
  const blocks = [...text.matchAll(/█+|░+/gu)].map((match) =>
    rect({ x: column + match.index, y: 0.22, width: match[0].length, height: 0.56 }, top, look),
  );
  return [...flat, ...upright, ...blocks];
}

/** Words stand where their column is, whatever the font's own width. */
function wordElement(text: string, style: Style, { column, top }: Corner): string {
  const attributes = [
    style.inverse ? `fill="${background}"` : style.colour === foreground ? '' : `fill="${style.colour}"`,
    style.bold ? 'font-weight="bold"' : '',
    style.dim ? 'opacity="0.6"' : '',
    style.italic ? 'font-style="italic"' : '',
    style.underline ? 'text-decoration="underline"' : '',
  ].filter((attribute) => attribute !== '');
  const x = (margin.x + column * cell.width).toFixed(1);
  const length = (stringWidth(text) * cell.width).toFixed(1);
  return `<text x="${x}" y="${top + 13.5}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${attributes.map((each) => ` ${each}`).join('')}>${escapeXml(text)}</text>`;
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
