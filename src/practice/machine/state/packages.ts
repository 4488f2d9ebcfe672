import type { Machine } from '../machine.ts';

/** A package that apt knows. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Kilobytes, as apt counts what it downloads. */
  readonly size: number;
  /** Packages that come with it. */
  readonly needs?: readonly string[];
  /** What its installation does to the machine. */
  readonly unpack?: (machine: Machine) => Promise<void>;
}

/** Which packages there are, and which are installed. */
export class Packages {
  readonly #known: ReadonlyMap<string, Package>;
  readonly #installed = new Set<string>();

  constructor(known: readonly Package[]) {
    this.#known = new Map(known.map((each) => [each.name, each]));
  }

  find(name: string): Package | undefined {
    return this.#known.get(name);
  }

  isInstalled(name: string): boolean {
    return this.#installed.has(name);
  }

  installed(): readonly Package[] {
    return [...this.#known.values()].filter(({ name }) => this.#installed.has(name));
  }

  /** The packages that have to be installed for these, those that others need first. */
  missingFor(names: readonly string[]): readonly Package[] {
    const found: Package[] = [];
    const visit = (name: string): void => {
      const known = this.#known.get(name);
      if (known === undefined || this.#installed.has(name) || found.includes(known)) return;
      for (const needed of known.needs ?? []) visit(needed);
      found.push(known);
    };
    for (const name of names) visit(name);
    return found;
  }

  async install(name: string, machine: Machine): Promise<void> {
    const known = this.#known.get(name);
    if (known === undefined || this.#installed.has(name)) return;
    await known.unpack?.(machine);
    this.#installed.add(name);
  }

  remove(name: string): void {
    this.#installed.delete(name);
  }
}
