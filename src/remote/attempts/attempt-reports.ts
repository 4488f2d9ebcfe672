/** What the watch over an attempt reports (attempt-script.ts). */
export type AttemptReport =
  | { readonly kind: 'started'; readonly group: number }
  | { readonly kind: 'void'; readonly why: string }
  | { readonly kind: 'output'; readonly name: string; readonly value: string }
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'interrupted' }
  /** A cancelled attempt: whether nothing of its process group lives any more. */
  | { readonly kind: 'cancelled'; readonly isGone: boolean };

const longestLine = 70_000;

/** Reads reports out of the watch's stderr; lines without the nonce (a shell's own complaints) are none. */
export class AttemptReports {
  readonly #prefix: string;
  readonly #decoder = new TextDecoder();
  #line = '';

  constructor(nonce: string) {
    this.#prefix = `${nonce} `;
  }

  /** Takes the next piece of the stream; gives the reports that are complete. */
  push(bytes: Uint8Array): readonly AttemptReport[] {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, longestLine);
    return lines.flatMap((line) => {
      if (!line.startsWith(this.#prefix)) return [];
      const report = parseReport(line.slice(this.#prefix.length));
      return report === undefined ? [] : [report];
    });
  }
}

function parseReport(line: string): AttemptReport | undefined {
  const blank = line.indexOf(' ');
  const word = blank === -1 ? line : line.slice(0, blank);
  const rest = blank === -1 ? '' : line.slice(blank + 1);
  switch (word) {
    case 'started':
      return /^\d+$/.test(rest) ? { kind: 'started', group: Number(rest) } : undefined;
    case 'void':
      return { kind: 'void', why: rest };
    case 'output':
      return parseOutput(rest);
    case 'exited':
      return /^\d+$/.test(rest) ? { kind: 'exited', status: Number(rest) } : undefined;
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'gone':
      return { kind: 'cancelled', isGone: true };
    case 'left':
      return { kind: 'cancelled', isGone: false };
    default:
      return undefined;
  }
}

/** `key=value`, the key a valid shell name. Anything else that a script appended names no output. */
function parseOutput(line: string): AttemptReport | undefined {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : { kind: 'output', name, value };
}
