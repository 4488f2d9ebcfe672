import type { StoreApi } from 'zustand/vanilla';
import { createStore } from 'zustand/vanilla';
import type { RemoteShell } from '../../src/remote/connection.ts';
import type { CheckpointState } from '../../src/session/state.ts';
import type { Activity, Engine, OutputView, SessionView } from '../../src/session/view.ts';

/**
 * An engine that does nothing by itself: it notes what was asked of it, and a test says what comes of it. The real one
 * decides; this one only lets a screen be shown in any state.
 */
export class EngineDouble implements Engine {
  readonly view: StoreApi<SessionView>;
  readonly output: StoreApi<OutputView>;
  /** What was asked, as `run install-chasquid`. */
  readonly asked: string[] = [];
  /** The shell that `openShell` gives. */
  shell: RemoteShell | null = null;
  #lines: readonly string[] = [];

  constructor(view: SessionView) {
    this.view = createStore(() => view);
    this.output = createStore<OutputView>(() => ({
      step: null,
      attempt: null,
      lines: 0,
      dropped: 0,
      bytes: 0,
      file: null,
    }));
  }

  /** Output of a step's attempt; what was there before is gone. */
  print(step: string, lines: readonly string[]): void {
    this.#lines = lines;
    const bytes = lines.join('\n').length;
    this.output.setState({ step, attempt: 'attempt', lines: lines.length, bytes, file: 'attempt.log' });
  }

  /** What is done for a step at this moment; null: it rests. */
  busy(step: string, activity: Activity | null): void {
    const { [step]: _, ...others } = this.view.getState().activity;
    this.view.setState({ activity: activity === null ? others : { ...others, [step]: activity } });
  }

  /** Where a step stands from now on. */
  stand(step: string, state: CheckpointState, more: Partial<SessionView['checkpoints'][number]> = {}): void {
    this.view.setState(({ checkpoints }) => ({
      checkpoints: checkpoints.map((each) => (each.id === step ? { ...each, ...more, state } : each)),
    }));
  }

  outputLines(from: number, count: number): readonly string[] {
    return this.#lines.slice(from, from + count);
  }

  enter = (): Promise<void> => this.#note('enter');
  proceed = (): Promise<void> => this.#note('proceed');
  trustGuide = (): Promise<void> => this.#note('trust');
  setInputs = (values: Readonly<Record<string, string>>): Promise<void> =>
    this.#note(`inputs ${JSON.stringify(values)}`);
  run = (step: string): Promise<void> => this.#note(`run ${step}`);
  verify = (step: string): Promise<void> => this.#note(`verify ${step}`);
  verifyAll = (): Promise<void> => this.#note('verify all');
  undo = (step: string): Promise<void> => this.#note(`undo ${step}`);
  hint = (step: string): Promise<void> => this.#note(`hint ${step}`);
  skip = (step: string, reason: string): Promise<void> => this.#note(`skip ${step}: ${reason}`);
  reopen = (step: string): Promise<void> => this.#note(`reopen ${step}`);
  confirm = (step: string): Promise<void> => this.#note(`confirm ${step}`);
  interrupt = (): Promise<void> => this.#note('interrupt');
  cancel = (): Promise<void> => this.#note('cancel');
  close = (): Promise<void> => this.#note('close');

  answer(id: number, text: string | null): void {
    this.asked.push(`answer ${id}: ${text ?? 'none'}`);
    this.view.setState({ question: null });
  }

  async openShell(): Promise<RemoteShell | null> {
    await this.#note('shell');
    return this.shell;
  }

  async #note(what: string): Promise<void> {
    this.asked.push(what);
  }
}
