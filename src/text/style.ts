/**
 * SGR (ECMA-48 §8.3.117): colours and styles of text in a terminal, and only those that cannot mislead.
 * Concealed and blinking text (5, 6, 8) is shown as plain text: what a server hides, a person should see.
 */

/** What one attribute is now, as SGR parameters; an absent attribute has the terminal's default. */
type Attributes = Readonly<Record<string, string>>;

const longestParameters = 128;
const mostParameters = 32;

/** `code` → the attribute that it sets, and to what. */
const setters: ReadonlyMap<number, readonly [attribute: string, parameters: string]> = new Map([
  [1, ['bold', '1']],
  [2, ['dim', '2']],
  [3, ['italic', '3']],
  [4, ['underline', '4']],
  [7, ['inverse', '7']],
  [9, ['strike', '9']],
  [21, ['underline', '4']],
  [53, ['overline', '53']],
]);

/** `code` → the attributes that it puts back to the terminal's default. */
const resetters: ReadonlyMap<number, readonly string[]> = new Map([
  [22, ['bold', 'dim']],
  [23, ['italic']],
  [24, ['underline']],
  [27, ['inverse']],
  [29, ['strike']],
  [39, ['foreground']],
  [49, ['background']],
  [55, ['overline']],
]);

/** The same few sequences come again and again in coloured output; so many of their results are remembered. */
const mostRemembered = 256;

/** The style in force, folded from every SGR sequence seen so far. */
export class TextStyle {
  readonly #remembered = new Map<string, TextLook>();
  #look: TextLook = { attributes: {}, parameters: '' };

  /** The whole style as parameters of one SGR sequence, `1;31`; empty where nothing differs from the default. */
  get parameters(): string {
    return this.#look.parameters;
  }

  /** Folds in one sequence's parameters (between `ESC [` and `m`). What is malformed or unknown changes nothing. */
  apply(parameters: string): void {
    if (parameters.length > longestParameters) return;
    const step = `${this.#look.parameters}m${parameters}`;
    const next = this.#remembered.get(step) ?? afterSequence(this.#look, parameters);
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(step, next);
    this.#look = next;
  }
}

/** A style, and the parameters of the one sequence that sets it. */
interface TextLook {
  readonly attributes: Attributes;
  readonly parameters: string;
}

function afterSequence(look: TextLook, parameters: string): TextLook {
  const fields = parameters.split(';');
  if (fields.length > mostParameters || !/^[\d;:]*$/.test(parameters)) return look;
  let attributes = look.attributes;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    const code = field === '' ? 0 : Number.parseInt(field, 10);
    if (code !== 38 && code !== 48) {
      attributes = withCode(attributes, code, field);
      continue;
    }
    const colour = field.includes(':') ? colonColour(field) : semicolonColour(fields, index);
    if (colour.parameters !== '') {
      attributes = { ...attributes, [code === 38 ? 'foreground' : 'background']: `${code};${colour.parameters}` };
    }
    index += colour.consumed;
  }
  return { attributes, parameters: Object.values(attributes).join(';') };
}

function withCode(attributes: Attributes, code: number, field: string): Attributes {
  if (field === '4:0') return without(attributes, ['underline']);
  if (code === 0) return {};
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...attributes, foreground: String(code) };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...attributes, background: String(code) };
  const set = setters.get(code);
  if (set !== undefined) return { ...attributes, [set[0]]: set[1] };
  return without(attributes, resetters.get(code) ?? []);
}

function without(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** A colour's own parameters (`5;196`, `2;255;0;0`), empty where it is malformed, and how many fields it took. */
interface Colour {
  readonly parameters: string;
  readonly consumed: number;
}

/** `38;5;N` and `38;2;R;G;B`, as xterm has them. */
function semicolonColour(fields: readonly string[], index: number): Colour {
  if (fields[index + 1] === '5') return { parameters: palette(fields[index + 2]), consumed: 2 };
  if (fields[index + 1] === '2') return { parameters: rgb(fields.slice(index + 2, index + 5)), consumed: 4 };
  return { parameters: '', consumed: fields.length };
}

/** `38:5:N`, `38:2:R:G:B` and `38:2:SPACE:R:G:B` (ITU-T T.416 §13.1.8). */
function colonColour(field: string): Colour {
  const parts = field.split(':');
  const model = parts[1];
  if (model === '5') return { parameters: palette(parts[2]), consumed: 0 };
  if (model === '2') return { parameters: rgb(parts.length > 5 ? parts.slice(3, 6) : parts.slice(2, 5)), consumed: 0 };
  return { parameters: '', consumed: 0 };
}

function palette(number: string | undefined): string {
  return isByte(number) ? `5;${Number(number)}` : '';
}

function rgb(channels: readonly string[]): string {
  return channels.length === 3 && channels.every(isByte) ? `2;${channels.map(Number).join(';')}` : '';
}

function isByte(number: string | undefined): boolean {
  return number !== undefined && /^\d{1,3}$/.test(number) && Number(number) <= 255;
}
