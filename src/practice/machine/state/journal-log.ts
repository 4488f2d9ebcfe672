/** A line of the system's journal. */
export interface JournalLine {
  readonly at: Date;
  readonly unit: string;
  /** The program that wrote it. */
  readonly by: string;
  readonly text: string;
}

const most = 5_000;

/** What journald keeps; the oldest lines go. */
export class JournalLog {
  readonly #lines: JournalLine[] = [];

  add(unit: string, by: string, text: string): void {
    for (const line of text.split('\n')) this.#lines.push({ at: new Date(), unit, by, text: line });
    if (this.#lines.length > most) this.#lines.splice(0, this.#lines.length - most);
  }

  /** The lines of a unit, or all, the oldest first. */
  of(unit?: string): readonly JournalLine[] {
    return unit === undefined ? this.#lines : this.#lines.filter((line) => line.unit === unit);
  }
}
