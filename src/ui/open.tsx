import type { Engine } from '../session/view.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { createHomeControls } from './home/controls.ts';
import type { HomeChoice, HomeEntries } from './home/home.ts';
import type { Look } from './look.tsx';
import { capabilitiesOf, LookProvider, lookOf } from './look.tsx';
import type { AppStreams, RunningApp } from './render.tsx';
import { renderApp } from './render.tsx';
import { HomeApp } from './screens/home-app.tsx';
import { SessionApp } from './screens/session-app.tsx';
import { createSessionControls } from './session/controls.ts';
import type { Desk } from './session/hands.ts';
import type { Size } from './session/screen.ts';
import { SessionProvider } from './session/session-context.tsx';
import { lendTerminal } from './shell.ts';

/** Where and how a user interface is shown; what is left out is this process's own. */
export interface UiOptions {
  readonly streams?: AppStreams | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly clock?: Clock | undefined;
  /** Takes the screen down when aborted, as quitting would. */
  readonly signal?: AbortSignal | undefined;
  /** Told the running app; for tests, which wait for its frames. */
  readonly onApp?: ((app: RunningApp) => void) | undefined;
}

/** How a session's user interface is shown. */
export interface SessionUiOptions extends UiOptions {
  /** Sentences to say first, until the first press. */
  readonly notes?: readonly string[] | undefined;
  /** Where records can be published from the screen; without it, nowhere. */
  readonly desk?: Desk | null | undefined;
}

/**
 * Shows a session until the person quits; the terminal is then as it was. Closing the engine is the caller's. Rejects
 * only with a mistake of ours: what goes wrong in the world is on the screen.
 */
export async function sessionUi(engine: Engine, options: SessionUiOptions = {}): Promise<void> {
  const { streams, look } = surroundings(options);
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    app.stop();
  };
  const shell = async (): Promise<void> => {
    // Opened while the screen is up: connecting may ask something.
    const opened = await engine.openShell(sizeOf(streams));
    if (opened === null) return;
    const { selected } = controls.screen.getState();
    await app.suspend(async () => {
      streams.stdout.write(`\r\n${hello}\r\n\r\n`);
      await lendTerminal(opened, streams);
    });
    const step = engine.view.getState().guide.steps.find(({ id }) => id === selected);
    if (step !== undefined && step.verify.length > 0) await engine.verify(selected);
  };
  const controls = createSessionControls({
    engine,
    look,
    size: sizeOf(streams),
    terminal: { write: (sequence) => streams.stdout.write(sequence), quit: () => app.stop(), shell },
    desk: options.desk ?? null,
    fail,
    notes: options.notes ?? [],
  });
  const app = renderApp(
    <LookProvider value={look}>
      <SessionProvider value={{ engine, controls }}>
        <SessionApp />
      </SessionProvider>
    </LookProvider>,
    { ...streams, linear: look.linear, signal: options.signal },
  );
  options.onApp?.(app);
  try {
    await app.ended;
  } finally {
    controls.dispose();
  }
  if (failures.length > 0) throw failures[0];
}

const hello = 'A shell on the server. Leave it with exit; Brevduva then looks at the checkpoint again.';

/** What the first screen lists, and how it is shown. */
export interface HomeUiOptions extends HomeEntries, UiOptions {
  /** What is wrong with a target as it was typed; null where nothing is. */
  readonly targetFault?: ((text: string) => string | null) | undefined;
}

/** Shows the first screen until something is chosen on it; null: the person quit. */
export async function homeUi(options: HomeUiOptions): Promise<HomeChoice | null> {
  const { streams, look } = surroundings(options);
  let chosen: HomeChoice | null = null;
  const controls = createHomeControls({
    entries: options,
    size: sizeOf(streams),
    targetFault: options.targetFault ?? (() => null),
    onEnd: (choice) => {
      chosen = choice;
      app.stop();
    },
  });
  const app = renderApp(
    <LookProvider value={look}>
      <HomeApp controls={controls} />
    </LookProvider>,
    { ...streams, linear: look.linear, signal: options.signal },
  );
  options.onApp?.(app);
  await app.ended;
  return chosen;
}

function surroundings(options: UiOptions): { readonly streams: AppStreams; readonly look: Look } {
  const environment = options.environment ?? process.env;
  return {
    streams: options.streams ?? { stdin: process.stdin, stdout: process.stdout },
    look: lookOf(capabilitiesOf(environment), {
      clock: options.clock ?? systemClock,
      // As Ink itself asks for it.
      linear: environment.INK_SCREEN_READER === 'true',
    }),
  };
}

function sizeOf({ stdout }: AppStreams): Size {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}
