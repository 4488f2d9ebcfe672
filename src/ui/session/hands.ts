import type { StoreApi } from 'zustand/vanilla';
import type { RecordSpec } from '../../guide/guide.ts';
import type { Engine, Notice } from '../../session/view.ts';
import type { Look } from '../look.tsx';
import type { Mode, ScreenState } from './screen.ts';
import type { Situation } from './situation.ts';
import { situationOf } from './situation.ts';
import type { OutputSource } from './text/output.ts';

/** What the screens may do to the terminal they are shown on. */
export interface TerminalHands {
  /** Sends a control sequence that draws nothing. */
  write(sequence: string): void;
  /** Takes the screens down; the session is saved at every moment. */
  quit(): void;
  /** Gives the terminal to a shell on the server, until that ends. */
  shell(): Promise<void>;
}

/** Where the records of a domain are published; only practice has one, since at a real provider only the person can go. */
export interface Desk {
  publish(records: readonly RecordSpec[]): Promise<void>;
}

/** What carries out a press: the session's engine, the state of its screens, the terminal. */
export interface Hands {
  readonly engine: Engine;
  readonly screen: StoreApi<ScreenState>;
  readonly look: Look;
  readonly terminal: TerminalHands;
  readonly desk: Desk | null;
  /** Steps that the person has set to work here, and that have not come to rest yet. */
  readonly asked: Set<string>;
  /** Told what an intent threw: a mistake of ours, since what goes wrong in the world is in the view. */
  readonly fail: (error: unknown) => void;
}

/** The situation of this moment. */
export function situationNow({ engine, screen }: Hands): Situation {
  return situationOf(engine.view.getState(), screen.getState(), engine.output.getState().step);
}

/** The output of this moment. */
export function outputNow(engine: Engine): OutputSource {
  return { view: engine.output.getState(), lines: (from, count) => engine.outputLines(from, count) };
}

/** Says something until the next press. */
export function say({ screen }: Hands, sentence: string, tone: Notice['tone'] = 'calm'): void {
  screen.setState({ said: { tone, sentence } });
}

/** Opens something over the checkpoint, or closes what was open. */
export function open({ screen }: Hands, mode: Mode): void {
  screen.setState({ mode });
}

/** Begins an intent of the engine's; it shows in the view what comes of it. */
export function begin({ fail }: Hands, intent: Promise<unknown>): void {
  intent.catch(fail);
}
