import type { StoreApi } from 'zustand/vanilla';
import type { AnswerConnectQuestion } from '../remote/connection.ts';
import type { SessionView } from './view.ts';

/** Questions to the person, one at a time, in the view until they are answered. */
export interface Questions {
  readonly ask: AnswerConnectQuestion;
  /** `null`: no. An answer to a question that is over is ignored. */
  answer(id: number, text: string | null): void;
}

/** Asks through the view of a session. */
export function createQuestions(view: StoreApi<SessionView>): Questions {
  let last = 0;
  let open: { readonly id: number; readonly settle: (text: string | null) => void } | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const ask: AnswerConnectQuestion = (question, signal) => {
    const mine = turn.then(
      () =>
        new Promise<string | null>((resolve) => {
          if (signal.aborted) return resolve(null);
          last += 1;
          const settle = (text: string | null) => {
            signal.removeEventListener('abort', giveUp);
            open = null;
            view.setState({ question: null });
            resolve(text);
          };
          const giveUp = () => settle(null);
          signal.addEventListener('abort', giveUp, { once: true });
          open = { id: last, settle };
          view.setState({ question: { id: last, question } });
        }),
    );
    turn = mine;
    return mine;
  };

  return {
    ask,
    answer(id, text) {
      if (open?.id === id) open.settle(text);
    },
  };
}
