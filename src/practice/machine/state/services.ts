import type { Processes, RunningProcess } from '../processes.ts';
import type { JournalLog } from './journal-log.ts';

/** A unit of systemd, as its package brings it. */
export interface UnitFile {
  /** With its ending: `chasquid.service`, `apt-daily.timer`. */
  readonly name: string;
  readonly description: string;
  /** Units that are not to be enabled. */
  readonly isStatic?: boolean;
  /** The ports on which it listens while it runs. */
  readonly listens?: readonly number[];
  /** Why it cannot run now, as it would log it; undefined where it can. */
  readonly fault?: () => Promise<string | undefined>;
}

/** How a unit stands. */
export type UnitState = 'active' | 'inactive' | 'failed';

interface Unit {
  readonly file: UnitFile;
  state: UnitState;
  isEnabled: boolean;
  running: RunningProcess | undefined;
  since: Date;
}

/** The units that systemd knows, and which of them run. */
export class Services {
  readonly #processes: Processes;
  readonly #journal: JournalLog;
  readonly #units = new Map<string, Unit>();

  constructor(processes: Processes, journal: JournalLog) {
    this.#processes = processes;
    this.#journal = journal;
  }

  /** Makes a unit known, as installing its package does. */
  add(file: UnitFile): void {
    if (this.#units.has(file.name)) return;
    this.#units.set(file.name, { file, state: 'inactive', isEnabled: false, running: undefined, since: new Date() });
  }

  find(name: string): Readonly<Unit> | undefined {
    return this.#units.get(name.includes('.') ? name : `${name}.service`);
  }

  setEnabled(name: string, isEnabled: boolean): void {
    this.#known(name).isEnabled = isEnabled;
  }

  /** Starts a unit; false where it failed. */
  async start(name: string): Promise<boolean> {
    const unit = this.#known(name);
    if (unit.state === 'active') return true;
    const fault = await unit.file.fault?.();
    const label = unit.file.description;
    unit.since = new Date();
    if (fault !== undefined) {
      unit.state = 'failed';
      this.#journal.add(unit.file.name, unit.file.name.replace(/\..*/, ''), fault);
      this.#journal.add(unit.file.name, 'systemd', `${unit.file.name}: Failed with result 'exit-code'.`);
      this.#journal.add(unit.file.name, 'systemd', `Failed to start ${unit.file.name} - ${label}.`);
      return false;
    }
    unit.running = await this.#processes.begin({ name: unit.file.name.replace(/\..*/, '').slice(0, 15) });
    unit.state = 'active';
    this.#journal.add(unit.file.name, 'systemd', `Started ${unit.file.name} - ${label}.`);
    return true;
  }

  async stop(name: string): Promise<void> {
    const unit = this.#known(name);
    if (unit.state === 'active')
      this.#journal.add(unit.file.name, 'systemd', `Stopped ${unit.file.name} - ${unit.file.description}.`);
    unit.state = 'inactive';
    await unit.running?.exit(0);
    unit.running = undefined;
  }

  /** Who listens: each port with the process that holds it. */
  listeners(): readonly { readonly port: number; readonly pid: number; readonly name: string }[] {
    return [...this.#units.values()].flatMap(({ file, running }) =>
      running === undefined
        ? []
        : (file.listens ?? []).map((port) => ({ port, pid: running.process.pid, name: running.process.name })),
    );
  }

  #known(name: string): Unit {
    const unit = this.#units.get(name.includes('.') ? name : `${name}.service`);
    if (unit === undefined) throw new Error(`There is no unit ${name}.`);
    return unit;
  }
}
