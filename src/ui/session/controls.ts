import type { StoreApi } from 'zustand/vanilla';
import { createStore } from 'zustand/vanilla';
import type { Engine, SessionView } from '../../session/view.ts';
import type { Field } from '../field.ts';
import { editField, fieldOf, pasteInto } from '../field.ts';
import type { Form } from '../form.ts';
import { formOf, pasteInForm, pressInForm } from '../form.ts';
import { meaningOf } from '../key-table.ts';
import type { Look } from '../look.tsx';
import type { Press } from '../presses.ts';
import { isText } from '../presses.ts';
import type { Desk, Hands, TerminalHands } from './hands.ts';
import { open, say, situationNow } from './hands.ts';
import { sessionKeys } from './keys.ts';
import { selecting } from './moves.ts';
import { firstToShow } from './next.ts';
import { openForm, putForm } from './open-form.ts';
import { perform } from './perform.ts';
import type { ScreenState, Size } from './screen.ts';
import { isWide } from './screen.ts';
import type { Situation } from './situation.ts';
import { submitForm } from './submit.ts';

/** What the screens of a session are controlled by. They know nothing of React, and React nothing of them but this. */
export interface SessionControls {
  readonly screen: StoreApi<ScreenState>;
  press(press: Press): void;
  paste(text: string): void;
  /** The terminal has another size. */
  resized(size: Size): void;
  /** Stops watching the session. */
  dispose(): void;
}

/** What controls are made of. */
export interface ControlOptions {
  readonly engine: Engine;
  readonly look: Look;
  readonly size: Size;
  readonly terminal: TerminalHands;
  readonly desk: Desk | null;
  readonly fail: (error: unknown) => void;
  /** Sentences to say first, until the first press. */
  readonly notes: readonly string[];
}

/** Controls for the screens of one session. */
export function createSessionControls(options: ControlOptions): SessionControls {
  const { engine, look, size, terminal, desk, fail, notes } = options;
  const view = engine.view.getState();
  const screen = createStore<ScreenState>(() => ({
    size,
    selected: '',
    focus: isWide(size) ? 'list' : 'text',
    hasDesk: desk !== null,
    scroll: 0,
    follows: false,
    mode: { kind: 'checkpoint' },
    ...selecting(firstToShow(view.checkpoints)),
    said: notes.length === 0 ? null : { tone: 'warning', sentence: notes.join(' ') },
    gateForm: gateFormOf(view),
    gateScroll: 0,
    answer: { id: -1, field: fieldOf('') },
  }));
  const hands: Hands = { engine, screen, look, terminal, desk, asked: new Set(), fail };
  return {
    screen,
    press: (press) => pressed(press, hands),
    paste: (text) => pasted(text, hands),
    resized(next) {
      const before = screen.getState().size;
      screen.setState({ size: next });
      // Where there is room for one pane only, the text is the one to see first.
      if (isWide(before) !== isWide(next)) screen.setState({ focus: isWide(next) ? 'list' : 'text' });
    },
    dispose: engine.view.subscribe((now, before) => viewChanged(now, before, hands)),
  };
}

function gateFormOf({ gate, values }: SessionView): Form | null {
  return gate?.kind === 'inputs' ? formOf(gate.inputs, values) : null;
}

function viewChanged(now: SessionView, before: SessionView, hands: Hands): void {
  const { screen, asked } = hands;
  if (now.gate !== before.gate) screen.setState({ gateForm: gateFormOf(now), gateScroll: 0 });
  if (now.question !== null && now.question.id !== before.question?.id) {
    screen.setState({ answer: { id: now.question.id, field: fieldOf('') }, gateScroll: 0 });
  }
  for (const id of asked) {
    const wasBusy = before.activity[id] !== undefined;
    if (!wasBusy || now.activity[id] !== undefined) continue;
    asked.delete(id);
    const state = now.checkpoints.find((checkpoint) => checkpoint.id === id)?.state.kind;
    const { selected, mode } = screen.getState();
    const isInSight = selected === id && mode.kind === 'checkpoint';
    if (isInSight && (state === 'failed' || state === 'unknown')) open(hands, { kind: 'menu', choice: 0 });
  }
}

function pressed(press: Press, hands: Hands): void {
  hands.screen.setState({ said: null });
  const situation = situationNow(hands);
  const meaning = meaningOf(sessionKeys, press, situation);
  if (meaning.kind === 'refused') say(hands, meaning.why);
  else if (meaning.kind === 'none' || meaning.intent === 'type') typed(press, situation, hands);
  else perform(meaning.intent, hands);
}

/** A press for the text that is being typed, wherever that is; elsewhere it means nothing, and that is said. */
function typed(press: Press, situation: Situation, hands: Hands): void {
  const form = openForm(situation);
  const field = fieldAt(situation);
  if (form !== null) {
    const step = pressInForm(form, press);
    if (step.kind === 'editing') putForm(step.form, situation, hands);
    else submitForm(situation, step.values, hands);
  } else if (field !== null) {
    putField(editField(field, press), situation, hands);
  } else if (isText(press) && situation.place === 'checkpoint') {
    say(hands, `“${press}” does nothing here; ? shows the keys.`);
  }
}

function pasted(text: string, hands: Hands): void {
  hands.screen.setState({ said: null });
  const situation = situationNow(hands);
  const form = openForm(situation);
  const field = fieldAt(situation);
  if (form !== null) putForm(pasteInForm(form, text), situation, hands);
  else if (field !== null) putField(pasteInto(field, text), situation, hands);
  else say(hands, 'There is nothing here to paste into.');
}

function fieldAt({ place, screen, view }: Situation): Field | null {
  const { mode, answer } = screen;
  if (place === 'answer') return view.question?.id === answer.id ? answer.field : fieldOf('');
  if (mode.kind === 'skip' && place === 'skip') return mode.field;
  return mode.kind === 'output' && place === 'search' ? mode.typing : null;
}

function putField(field: Field, { place, screen, view }: Situation, hands: Hands): void {
  const { mode } = screen;
  if (place === 'answer' && view.question !== null) {
    hands.screen.setState({ answer: { id: view.question.id, field } });
  } else if (mode.kind === 'skip') {
    open(hands, { ...mode, field, fault: null });
  } else if (mode.kind === 'output') {
    open(hands, { ...mode, typing: field });
  }
}
