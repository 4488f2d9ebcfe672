import { wantedRecords } from '../../session/records.ts';
import { copySequence } from '../clipboard.ts';
import { fieldOf } from '../field.ts';
import { formOf, generatedInForm } from '../form.ts';
import { generateSecret } from '../generate-secret.ts';
import { copyablesOf } from './copyables.ts';
import { menuRows } from './dock.ts';
import type { Hands } from './hands.ts';
import { begin, open, outputNow, say, situationNow } from './hands.ts';
import type { Intent } from './keys/row.ts';
import type { Move } from './moves.ts';
import { moved, selecting } from './moves.ts';
import { nextThing } from './next.ts';
import { openForm, putForm } from './open-form.ts';
import type { Copyable, OutputScroll } from './screen.ts';
import { searchOn } from './search-on.ts';
import type { Situation } from './situation.ts';
import { submit } from './submit.ts';

/** Does what a press asked for. `type` is not for here: it goes into the text that is being typed. */
export function perform(intent: Doable, hands: Hands): void {
  doings[intent](situationNow(hands), hands);
}

/** What can be done without a text that is being typed. */
export type Doable = Exclude<Intent, 'type'>;

type Doing = (situation: Situation, hands: Hands) => void;

const doings: Readonly<Record<Doable, Doing>> = {
  'go-on': goOn,
  run: ({ checkpoint }, hands) => work(hands, checkpoint.id, (step) => hands.engine.run(step)),
  verify: ({ checkpoint }, hands) => work(hands, checkpoint.id, (step) => hands.engine.verify(step)),
  undo: ({ checkpoint }, hands) => work(hands, checkpoint.id, (step) => hands.engine.undo(step)),
  hint: ({ checkpoint }, hands) => {
    hands.screen.setState({ mode: { kind: 'checkpoint' }, follows: true });
    begin(hands, hands.engine.hint(checkpoint.id));
  },
  'verify-all': (_, hands) => begin(hands, hands.engine.verifyAll()),
  confirm: ({ checkpoint }, hands) => begin(hands, hands.engine.confirm(checkpoint.id)),
  reopen: ({ checkpoint }, hands) => begin(hands, hands.engine.reopen(checkpoint.id)),
  skip: (_, hands) => open(hands, { kind: 'skip', field: fieldOf(''), fault: null }),
  edit,
  copy: (situation, hands) => copy(copyablesOf(situation), hands),
  publish,
  shell: (_, hands) => {
    open(hands, { kind: 'checkpoint' });
    begin(hands, hands.terminal.shell());
  },
  'what-now': (_, hands) => open(hands, { kind: 'menu', choice: 0 }),
  output: (_, hands) => open(hands, { kind: 'output', view: followed, typing: null }),
  search: beginSearch,
  'search-next': (_, hands) => searchOn(hands, 1),
  'search-previous': (_, hands) => searchOn(hands, -1),
  up: (situation, hands) => move('up', situation, hands),
  down: (situation, hands) => move('down', situation, hands),
  'page-up': (situation, hands) => move('page-up', situation, hands),
  'page-down': (situation, hands) => move('page-down', situation, hands),
  top: (situation, hands) => move('top', situation, hands),
  bottom: (situation, hands) => move('bottom', situation, hands),
  left: (situation, hands) => move('left', situation, hands),
  right: (situation, hands) => move('right', situation, hands),
  'other-pane': ({ screen }, hands) => hands.screen.setState({ focus: screen.focus === 'list' ? 'text' : 'list' }),
  choose,
  submit,
  accept: (situation, hands) => {
    if (situation.place === 'host-key') answer(situation, hands, 'yes');
    else begin(hands, hands.engine.trustGuide());
  },
  refuse: (situation, hands) => answer(situation, hands, null),
  back,
  generate,
  help: ({ screen }, hands) => open(hands, { kind: 'help', first: 0, over: screen.mode }),
  interrupt: (_, hands) => begin(hands, hands.engine.interrupt()),
  cancel: (_, hands) => begin(hands, hands.engine.cancel()),
  quit: (_, hands) => hands.terminal.quit(),
};

const followed: OutputScroll = { first: 0, left: 0, follows: true, search: null };

/** Sets a checkpoint to work, with what comes of it in sight. */
function work(hands: Hands, id: string, intent: (step: string) => Promise<void>): void {
  hands.asked.add(id);
  hands.screen.setState({ mode: { kind: 'checkpoint' }, follows: true });
  begin(hands, intent(id));
}

function goOn(situation: Situation, hands: Hands): void {
  const next = nextThing(situation);
  switch (next.kind) {
    case 'run':
    case 'verify':
    case 'confirm':
    case 'output':
      perform(next.kind, hands);
      break;
    case 'menu':
      perform('what-now', hands);
      break;
    case 'go':
      goTo(next.to, situation, hands);
      break;
    case 'nothing':
      say(hands, next.why);
      break;
    default:
      next satisfies never;
  }
}

function goTo(id: string, { view }: Situation, hands: Hands): void {
  const checkpoint = view.checkpoints.find((each) => each.id === id);
  if (checkpoint !== undefined) hands.screen.setState(selecting(checkpoint));
}

function move(intent: Move, situation: Situation, hands: Hands): void {
  hands.screen.setState(moved(intent, { situation, output: outputNow(hands.engine), look: hands.look }));
}

function edit({ view, step }: Situation, hands: Hands): void {
  const specs = view.guide.inputs
    .filter(({ name }) => step.uses.includes(name) || step.secrets.includes(name))
    // A secret is in memory only, so an empty field here means: as it was.
    .map((spec) => (spec.type === 'secret' ? { ...spec, optional: true } : spec));
  open(hands, { kind: 'edit', form: formOf(specs, view.values) });
}

function copy(texts: readonly Copyable[], hands: Hands): void {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) copyOne(only, hands);
  else open(hands, { kind: 'copy', choice: 0, texts });
}

function copyOne({ name, text }: Copyable, hands: Hands): void {
  hands.terminal.write(copySequence(text));
  open(hands, { kind: 'checkpoint' });
  say(
    hands,
    `Sent ${name} to the terminal’s clipboard. If it is not there, the terminal does not allow that (OSC 52).`,
  );
}

function publish({ step, view }: Situation, hands: Hands): void {
  const records = wantedRecords(step, view.values);
  const published = hands.desk?.publish(records).then(() => {
    const count = records.length === 1 ? 'The record is' : `The ${records.length} records are`;
    say(hands, `${count} published at the practice provider. v looks whether the world sees it.`);
  });
  if (published !== undefined) begin(hands, published);
}

function choose(situation: Situation, hands: Hands): void {
  const { mode } = situation.screen;
  const text = mode.kind === 'copy' ? mode.texts[mode.choice] : undefined;
  if (text !== undefined) copyOne(text, hands);
  const row = mode.kind === 'menu' ? menuRows(situation)[mode.choice] : undefined;
  if (row !== undefined && row.intent !== 'type') perform(row.intent, hands);
}

function answer({ view }: Situation, { engine }: Hands, text: string | null): void {
  if (view.question !== null) engine.answer(view.question.id, text);
}

function back(situation: Situation, hands: Hands): void {
  const { mode } = situation.screen;
  if (situation.place === 'inputs') leaveInputs(situation, hands);
  else if (mode.kind === 'help') open(hands, mode.over);
  else if (mode.kind === 'output' && mode.typing !== null) open(hands, { ...mode, typing: null });
  else open(hands, { kind: 'checkpoint' });
}

/** Only a step's own secrets are asked for in the middle of its work; without them that work ends. */
function leaveInputs({ view }: Situation, hands: Hands): void {
  const isForStep = view.gate?.kind === 'inputs' && view.gate.inputs.every(({ type }) => type === 'secret');
  if (isForStep) begin(hands, hands.engine.interrupt());
  else hands.terminal.quit();
}

function generate(situation: Situation, hands: Hands): void {
  const form = openForm(situation);
  if (form !== null) putForm(generatedInForm(form, generateSecret()), situation, hands);
}

function beginSearch({ screen: { mode } }: Situation, hands: Hands): void {
  const view = mode.kind === 'output' ? mode.view : followed;
  open(hands, { kind: 'output', view, typing: fieldOf('') });
}
