import type { SessionView } from '../../src/session/view.ts';
import { LookProvider } from '../../src/ui/look.tsx';
import { SessionApp } from '../../src/ui/screens/session-app.tsx';
import { createSessionControls } from '../../src/ui/session/controls.ts';
import { SessionProvider } from '../../src/ui/session/session-context.tsx';
import type { Terminal, TerminalOptions } from '../terminal.tsx';
import { openTerminal } from '../terminal.tsx';
import { EngineDouble } from './engine-double.ts';
import type { StillClock } from './looks.ts';
import { aLook, aStillClock } from './looks.ts';
import { aSessionView } from './smtp-session.ts';

/** A session's screens in a terminal, with what stands behind them. */
export interface SessionOnScreen {
  readonly terminal: Terminal;
  readonly engine: EngineDouble;
  readonly clock: StillClock;
  /** What was sent to the terminal beside frames, and `quit` and `shell`. */
  readonly done: readonly string[];
}

/** What a session on the screen is like. */
export interface SessionOnScreenOptions extends TerminalOptions {
  readonly view?: SessionView;
  readonly colours?: boolean;
  readonly unicode?: boolean;
  /** Before the first frame. */
  readonly prepare?: (engine: EngineDouble) => void;
}

/** Shows a session's screens. */
export async function showSession(options: SessionOnScreenOptions = {}): Promise<SessionOnScreen> {
  const { view = aSessionView(), columns = 80, rows = 24, linear = false, colours = true, unicode = true } = options;
  const engine = new EngineDouble(view);
  options.prepare?.(engine);
  const clock = aStillClock();
  const look = aLook({ clock, linear, colours, unicode });
  const done: string[] = [];
  const controls = createSessionControls({
    engine,
    look,
    size: { columns, rows },
    terminal: {
      write: (sequence) => done.push(sequence),
      quit: () => done.push('quit'),
      shell: async () => {
        done.push('shell');
      },
    },
    fail: (error) => {
      throw error;
    },
  });
  const terminal = await openTerminal(
    <LookProvider value={look}>
      <SessionProvider value={{ engine, controls }}>
        <SessionApp />
      </SessionProvider>
    </LookProvider>,
    { columns, rows, linear },
  );
  return { terminal, engine, clock, done };
}
