import { fieldOf } from '../field.ts';
import type { Hands } from './hands.ts';
import { begin, open, say } from './hands.ts';
import type { Mode } from './screen.ts';
import { searchOn } from './search-on.ts';
import type { Situation } from './situation.ts';

/** Takes what was typed in a prompt of one line: the reason for a skip, a search, the answer to a question. */
export function submit(situation: Situation, hands: Hands): void {
  const { mode } = situation.screen;
  if (situation.place === 'answer') submitAnswer(situation, hands);
  else if (mode.kind === 'skip') submitSkip(situation, mode, hands);
  else if (mode.kind === 'output') submitSearch(mode, hands);
}

/** The field is emptied at once: a password stays nowhere longer than it must. */
function submitAnswer({ view, screen: { answer } }: Situation, { engine, screen }: Hands): void {
  screen.setState({ answer: { id: answer.id, field: fieldOf('') } });
  if (view.question === null) return;
  engine.answer(view.question.id, answer.id === view.question.id ? answer.field.text : '');
}

function submitSkip({ checkpoint }: Situation, mode: Extract<Mode, { kind: 'skip' }>, hands: Hands): void {
  const reason = mode.field.text.trim();
  if (reason === '') {
    open(hands, { ...mode, fault: 'A skip needs its reason; a few words will do. Esc goes back.' });
  } else {
    open(hands, { kind: 'checkpoint' });
    begin(hands, hands.engine.skip(checkpoint.id, reason));
  }
}

function submitSearch(mode: Extract<Mode, { kind: 'output' }>, hands: Hands): void {
  const text = mode.typing?.text ?? '';
  const search = text === '' ? mode.view.search : { text, line: null };
  open(hands, { ...mode, typing: null, view: { ...mode.view, search } });
  if (search !== null) searchOn(hands, 1);
}

/** Takes the values of a form: all of a gate's, or of an edit those that differ. */
export function submitForm(situation: Situation, values: Readonly<Record<string, string>>, hands: Hands): void {
  const { guide, values: before } = situation.view;
  const isSecret = (name: string): boolean =>
    guide.inputs.some((input) => input.name === name && input.type === 'secret');
  const isChanged = ([name, value]: readonly [string, string]): boolean =>
    isSecret(name) ? value !== '' : value !== (before[name] ?? '');
  const isGate = situation.place === 'inputs';
  const changed = Object.entries(values).filter((entry) => isGate || isChanged(entry));
  if (!isGate) open(hands, { kind: 'checkpoint' });
  if (changed.length === 0) say(hands, 'Nothing was changed.');
  else begin(hands, hands.engine.setInputs(Object.fromEntries(changed)));
}
