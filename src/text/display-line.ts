/** Text of one style. `points` counts code points, so that an emoji is one character. */
interface Run {
  readonly parameters: string;
  text: string;
  points: number;
}

const tabStop = 8;

/**
 * One line as a terminal would show it while it is written: a cursor that a carriage return and backspaces move, and text
 * that goes when something is written over it. What follows the new text goes too, so a progress bar shows its last state.
 * Holds at most `limit` characters (code points); more are only counted.
 */
export class DisplayLine {
  readonly #limit: number;
  #runs: Run[] = [];
  #length = 0;
  #column = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Writes printable text of `points` code points in one style (parameters of an SGR sequence, or empty). */
  put(text: string, points: number, parameters: string): void {
    if (this.#column < this.#length) this.#truncate(this.#column);
    const room = this.#limit - this.#length;
    this.#length += points;
    this.#column = this.#length;
    if (room <= 0) return;
    const kept = points <= room ? text : firstPoints(text, points, room);
    const last = this.#runs.at(-1);
    if (last !== undefined && last.parameters === parameters) {
      last.text += kept;
      last.points += Math.min(points, room);
    } else {
      this.#runs.push({ parameters, text: kept, points: Math.min(points, room) });
    }
  }

  /** Spaces to the next stop of eight columns. */
  tab(parameters: string): void {
    const spaces = tabStop - (this.#column % tabStop);
    this.put(' '.repeat(spaces), spaces, parameters);
  }

  carriageReturn(): void {
    this.#column = 0;
  }

  backspace(): void {
    this.#column = Math.max(0, this.#column - 1);
  }

  /** True where nothing has been written. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** The line, its styles opened and closed within it. */
  text(): string {
    const [only, second] = this.#runs;
    const isCut = this.#length > this.#limit;
    if (only === undefined) return '';
    if (second === undefined && only.parameters === '' && !isCut) return only.text;
    let line = '';
    let open = '';
    for (const run of this.#runs) {
      if (run.parameters !== open) line += transition(open, run.parameters);
      open = run.parameters;
      line += run.text;
    }
    if (open !== '') line += '\u001b[0m';
    return isCut ? unshared(`${line}… [+${this.#length - this.#limit} chars]`) : line;
  }

  /** Makes the line empty again. */
  clear(): void {
    this.#runs = [];
    this.#length = 0;
    this.#column = 0;
  }

  #truncate(points: number): void {
    let surplus = Math.min(this.#length, this.#limit) - points;
    this.#length = points;
    while (surplus > 0) {
      const last = this.#runs.at(-1);
      if (last === undefined) return;
      if (last.points > surplus) {
        last.text = firstPoints(last.text, last.points, last.points - surplus);
        last.points -= surplus;
        return;
      }
      this.#runs.pop();
      surplus -= last.points;
    }
  }
}

/** The shortest SGR sequence from one style to another; both are whole styles, so what is open ends first. */
function transition(from: string, to: string): string {
  if (to === '') return '\u001b[0m';
  return from === '' ? `\u001b[${to}m` : `\u001b[0;${to}m`;
}

function firstPoints(text: string, points: number, wanted: number): string {
  return text.length === points ? text.slice(0, wanted) : Array.from(text).slice(0, wanted).join('');
}

/** A copy: V8 keeps the whole of a long string alive for a slice of it, which would grow memory past its bound. */
function unshared(text: string): string {
  return Buffer.from(text).toString();
}
