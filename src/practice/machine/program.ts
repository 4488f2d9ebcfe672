import type { Machine } from './machine.ts';
import type { Process } from './processes.ts';

/** What a program leaves: what it printed, and its exit status. What it `say`s before is not in it. */
export interface Outcome {
  readonly out?: string;
  readonly err?: string;
  /** 0 without it. */
  readonly status?: number;
}

/** One call of a program. */
export interface Call {
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly machine: Machine;
  /** The shell that called it. */
  readonly process: Process;
  /** The shell's variables; what is set here is set there. */
  readonly variables: Map<string, string>;
  /** The exported ones. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Standard input, a character a byte. */
  readonly input: string;
  readonly signal: AbortSignal;
  /** Makes a path absolute. */
  path(path: string): string;
  /** Prints a line at once, where the output is followed. */
  say(line: string): void;
  /** Waits, by the practice machine's clock. Rejects where the program is stopped. */
  pause(milliseconds: number): Promise<void>;
  /** The program of the same name that just-bash brings, where there is one. */
  bundled(args: readonly string[]): Promise<Outcome>;
  /** Runs another program in the same place. */
  run(words: readonly string[], input?: string): Promise<Outcome>;
}

/** A simulated program. */
export interface Program {
  readonly name: string;
  /** The package that brings it; without one it is there from the beginning. */
  readonly package?: string;
  run(call: Call): Outcome | Promise<Outcome>;
}

/** An outcome that prints to standard output. */
export function said(out: string, status = 0): Outcome {
  return { out, status };
}

/** An outcome that complains on standard error. */
export function failed(err: string, status = 1): Outcome {
  return { err: `${err}\n`, status };
}
