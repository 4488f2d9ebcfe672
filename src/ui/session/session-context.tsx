import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Engine, OutputView, SessionView } from '../../session/view.ts';
import type { SessionControls } from './controls.ts';
import type { ScreenState } from './screen.ts';
import type { Situation } from './situation.ts';
import { situationOf } from './situation.ts';

/** What every screen of a session reads from, and what its keys go to. */
export interface SessionParts {
  readonly engine: Engine;
  readonly controls: SessionControls;
}

const SessionContext = createContext<SessionParts | null>(null);

/** Gives the tree below it its session. */
export const SessionProvider = SessionContext.Provider;

/** The session of this tree. Throws outside a SessionProvider. */
export function useSession(): SessionParts {
  const parts = useContext(SessionContext);
  if (parts === null) throw new Error('useSession() was called outside a SessionProvider.');
  return parts;
}

/** A part of the session's view; the component is drawn again only when that part changes. */
export function useView<T>(select: (view: SessionView) => T): T {
  return useStore(useSession().engine.view, select);
}

/** A part of the screens' own state. */
export function useScreen<T>(select: (screen: ScreenState) => T): T {
  return useStore(useSession().controls.screen, select);
}

/** A part of what is known of the output. */
export function useOutput<T>(select: (output: OutputView) => T): T {
  return useStore(useSession().engine.output, select);
}

/** The whole situation; drawn again when anything changes but the output's length. */
export function useSituation(): Situation {
  const view = useView((state) => state);
  const screen = useScreen((state) => state);
  const outputStep = useOutput(({ step }) => step);
  return situationOf(view, screen, outputStep);
}
