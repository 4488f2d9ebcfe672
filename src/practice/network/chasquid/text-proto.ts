/** A field of a message in protobuf's text format: a scalar as it was written (a string as its bytes), or a message. */
export interface ProtoField {
  readonly name: string;
  readonly line: number;
  readonly value: Buffer | readonly ProtoField[];
}

/** What cannot be read, in the words of Go's prototext: `syntax error (line 1:1): …`. */
export class ProtoError extends Error {}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Reads protobuf's text format, as far as chasquid's files use it. Throws ProtoError. */
export function readProto(text: string): readonly ProtoField[] {
  const tokens = tokensOf(text);
  const fields = fieldsIn(tokens);
  const [left] = tokens;
  if (left !== undefined) throw unexpected(left);
  return fields;
}

/** Writes fields as chasquid does, one a line. */
export function writeProto(fields: readonly ProtoField[], indent = ''): string {
  return fields
    .map(({ name, value }) =>
      Buffer.isBuffer(value)
        ? `${indent}${name}: ${value}\n`
        : `${indent}${name}: {\n${writeProto(value as readonly ProtoField[], `${indent}  `)}${indent}}\n`,
    )
    .join('');
}

/** A scalar field for `writeProto`, to be written as it is: a number, `true`. */
export function bare(name: string, value: string | number): ProtoField {
  return { name, line: 0, value: Buffer.from(`${value}`) };
}

/** A field of text or bytes for `writeProto`: in quotes, what is not printable escaped. */
export function quoted(name: string, value: string | Uint8Array): ProtoField {
  const octets = [...Buffer.from(value as Uint8Array)];
  const escaped = octets.map((octet) => {
    const character = String.fromCharCode(octet);
    if (character === '"' || character === '\\') return `\\${character}`;
    if (octet === 0x0a) return '\\n';
    return octet < 0x20 || octet > 0x7e ? `\\x${octet.toString(16).padStart(2, '0')}` : character;
  });
  return bare(name, `"${escaped.join('')}"`);
}

/** A message for `writeProto`. */
export function message(name: string, value: readonly ProtoField[]): ProtoField {
  return { name, line: 0, value };
}

/** The first scalar of that name, as text. */
export function scalarOf(fields: readonly ProtoField[], name: string): string | undefined {
  const found = fields.find((field) => field.name === name)?.value;
  return Buffer.isBuffer(found) ? found.toString() : undefined;
}

/** Every message of that name. */
export function messagesOf(fields: readonly ProtoField[], name: string): readonly (readonly ProtoField[])[] {
  return fields.flatMap(({ name: own, value }) =>
    own === name && !Buffer.isBuffer(value) ? [value as readonly ProtoField[]] : [],
  );
}

function fieldsIn(tokens: Token[]): readonly ProtoField[] {
  const fields: ProtoField[] = [];
  for (let name = tokens[0]; name !== undefined && name.text !== '}'; name = tokens[0]) {
    tokens.shift();
    if (!/^\w+$/.test(name.text)) throw unexpected(name);
    if (tokens[0]?.text === ':') tokens.shift();
    const value = tokens.shift();
    if (value === undefined || value.text === '}' || value.text === ':') throw unexpected(value ?? name);
    fields.push({ name: name.text, line: name.line, value: value.text === '{' ? inside(tokens, name) : scalar(value) });
    while (tokens[0]?.text === ',' || tokens[0]?.text === ';') tokens.shift();
  }
  return fields;
}

function inside(tokens: Token[], name: Token): readonly ProtoField[] {
  const fields = fieldsIn(tokens);
  if (tokens.shift() === undefined) throw unexpected(name);
  return fields;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const match of line.matchAll(/#.*$|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.+-]+|\S/g)) {
      if (!match[0].startsWith('#')) tokens.push({ text: match[0], line: index + 1, column: match.index + 1 });
    }
  }
  return tokens;
}

function scalar(token: Token): Buffer {
  const { text } = token;
  if (!/^["']/.test(text)) return Buffer.from(text);
  if (text.length < 2) throw unexpected(token);
  const pieces = Array.from(
    text.slice(1, -1).matchAll(/\\x([0-9a-fA-F]{1,2})|\\([0-7]{1,3})|\\(.)|([^\\]+)/g),
    (match) => {
      const [, hex, octal, letter, plain] = match;
      if (hex !== undefined) return Buffer.from([Number.parseInt(hex, 16)]);
      if (octal !== undefined) return Buffer.from([Number.parseInt(octal, 8)]);
      if (letter !== undefined) return Buffer.from(escapes[letter] ?? letter);
      return Buffer.from(plain ?? '');
    },
  );
  return Buffer.concat(pieces);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unexpected({ text, line, column }: Token): ProtoError {
  return new ProtoError(`syntax error (line ${line}:${column}): unexpected token ${text}`);
}
