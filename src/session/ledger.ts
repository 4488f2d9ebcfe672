import type { StoreApi } from 'zustand/vanilla';
import { createStore } from 'zustand/vanilla';
import type { Guide } from '../guide/guide.ts';
import { checkpointsOf } from './checkpoints.ts';
import type { NewEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { emptySession, reduceSession } from './reducer.ts';
import type { Checkpoint } from './state.ts';
import { valuesInForce } from './values.ts';
import type { Activity, SessionView } from './view.ts';

/**
 * The one way in which a session changes: an event is made durable, then folded, then shown. Also keeps what is true
 * only in this process (what is being done), since both together decide where a checkpoint stands.
 */
export interface Ledger {
  readonly view: StoreApi<SessionView>;
  /** Throws JournalError where the event cannot be made durable; the view then stays as it was. */
  append(event: NewEvent): void;
  /** What is being done for a step; null: nothing any more. */
  setActivity(step: string, activity: Activity | null): void;
  /** This process follows an attempt, or no longer does. */
  setFollowed(attempt: string, isFollowed: boolean): void;
  /** Where a step stands now. Throws where the guide has no such step. */
  checkpoint(step: string): Checkpoint;
}

/** Folds what the journal holds and shows it. */
export function openLedger(guide: Guide, journal: Journal): Ledger {
  const followed = new Set<string>();
  const view = createStore<SessionView>(() => {
    const session = journal.past.reduce(reduceSession, emptySession);
    return {
      guide,
      session,
      ...derived(guide, session, {}, followed),
      connection: { kind: 'idle' },
      gate: null,
      question: null,
      activity: {},
      hints: {},
      notice: null,
      broken: null,
    };
  });

  const show = (change: Partial<Pick<SessionView, 'session' | 'activity'>>) => {
    view.setState((before) => {
      const session = change.session ?? before.session;
      const activity = change.activity ?? before.activity;
      return { ...change, ...derived(guide, session, activity, followed) };
    });
  };

  return {
    view,
    append(event) {
      const durable = journal.append(event);
      show({ session: reduceSession(view.getState().session, durable) });
    },
    setActivity(step, activity) {
      const { [step]: _, ...others } = view.getState().activity;
      show({ activity: activity === null ? others : { ...others, [step]: activity } });
    },
    setFollowed(attempt, isFollowed) {
      if (isFollowed) followed.add(attempt);
      else followed.delete(attempt);
      show({});
    },
    checkpoint(step) {
      const found = view.getState().checkpoints.find((checkpoint) => checkpoint.id === step);
      if (found === undefined) throw new Error(`The guide has no step ${step}.`);
      return found;
    },
  };
}

function derived(
  guide: Guide,
  session: SessionView['session'],
  activity: SessionView['activity'],
  followed: ReadonlySet<string>,
): Pick<SessionView, 'checkpoints' | 'values'> {
  const { values } = valuesInForce(guide, session);
  const waiting = Object.fromEntries(
    Object.entries(activity).flatMap(([step, now]) => (now.kind === 'waiting' ? [[step, now.until]] : [])),
  );
  return { values, checkpoints: checkpointsOf(guide, session, { values, followed, waiting }) };
}
