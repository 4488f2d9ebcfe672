import type { SessionView } from '../../src/session/view.ts';
import { sessionUi } from '../../src/ui/open.tsx';
import type { Desk } from '../../src/ui/session/hands.ts';
import type { TerminalOptions } from '../terminal.tsx';
import { Terminal } from '../terminal.tsx';
import { EngineDouble } from './engine-double.ts';
import type { StillClock } from './looks.ts';
import { aStillClock } from './looks.ts';
import { aSessionView } from './smtp-session.ts';

/** A session's screens in a terminal, with what stands behind them. */
export interface SessionOnScreen {
  readonly terminal: Terminal;
  readonly engine: EngineDouble;
  readonly clock: StillClock;
  /** Settles when the screens are gone. */
  readonly ended: Promise<void>;
}

/** What a session on the screen is like. */
export interface SessionOnScreenOptions extends TerminalOptions {
  readonly view?: SessionView;
  /** Environment variables; a UTF-8 terminal with colours without it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly desk?: Desk;
  /** Before the first frame. */
  readonly prepare?: (engine: EngineDouble) => void;
}

/** Shows a session's screens. */
export async function showSession(options: SessionOnScreenOptions = {}): Promise<SessionOnScreen> {
  const engine = new EngineDouble(options.view ?? aSessionView());
  options.prepare?.(engine);
  const clock = aStillClock();
  const terminal = new Terminal(options);
  const ended = sessionUi(engine, {
    streams: terminal.streams,
    environment: { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.environment },
    clock,
    notes: options.notes,
    desk: options.desk,
    onApp: (app) => terminal.follow(app),
  });
  await terminal.settle();
  return { terminal, engine, clock, ended };
}
