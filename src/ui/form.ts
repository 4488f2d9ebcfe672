import type { InputSpec } from '../guide/guide.ts';
import { fillTemplate } from '../guide/inputs.ts';
import { validateInput } from '../guide/validate-input.ts';
import type { Field } from './field.ts';
import { editField, fieldOf, pasteInto } from './field.ts';
import type { Press } from './presses.ts';

/** One input that is being filled in. */
export interface FormInput {
  readonly spec: InputSpec;
  /** Null while nobody typed: then it shows its default, which may follow what is typed elsewhere. */
  readonly typed: Field | null;
  /** What it had before, if it had something. */
  readonly before: string | undefined;
  /** True where its fault is shown even if nothing was typed: after an attempt to go on. */
  readonly isJudged: boolean;
  /** True where it holds a secret that was generated and not yet left: the one time that a secret is shown. */
  readonly isShown: boolean;
}

/** A form: inputs, and which of them has the cursor. */
export interface Form {
  readonly inputs: readonly FormInput[];
  readonly focus: number;
  /** Values that defaults may use beside those in the form. */
  readonly values: Readonly<Record<string, string>>;
}

/** What an input holds and what is wrong with it. */
export interface Reading {
  readonly field: Field;
  /** The value in its canonical form; null where it cannot be used. */
  readonly value: string | null;
  /** What is wrong, as far as it is to be shown. */
  readonly fault: string | null;
}

/** What a press came to. `submitted`: everything is valid; the values by name. */
export type FormStep =
  | { readonly kind: 'editing'; readonly form: Form }
  | { readonly kind: 'submitted'; readonly values: Readonly<Record<string, string>> };

/** A form for these inputs, filled with what they have. A secret always begins empty. */
export function formOf(specs: readonly InputSpec[], values: Readonly<Record<string, string>>): Form {
  const inputs = specs.map((spec): FormInput => {
    const before = spec.type === 'secret' ? undefined : values[spec.name];
    return { spec, typed: null, before: before === '' ? undefined : before, isJudged: false, isShown: false };
  });
  return { inputs, focus: 0, values };
}

/** What the input at `index` holds at this moment. */
export function readingOf(form: Form, index: number): Reading {
  const input = form.inputs[index];
  if (input === undefined) return { field: fieldOf(''), value: null, fault: null };
  const field = input.typed ?? fieldOf(untouchedText(form, input));
  const answer = validateInput(input.spec, field.text);
  if (answer.ok) return { field, value: answer.value, fault: null };
  const isShown = input.isJudged || (input.typed !== null && field.text !== '');
  return { field, value: null, fault: isShown ? answer.sentence : null };
}

function untouchedText(form: Form, input: FormInput): string {
  if (input.before !== undefined) return input.before;
  if (input.spec.default !== undefined) {
    const text = fillTemplate(input.spec.default, valuesSoFar(form, input));
    // A default that waits for another input is not shown half done.
    return text.includes('{{') ? '' : text;
  }
  return input.spec.type === 'choice' && !input.spec.optional ? (input.spec.choices[0] ?? '') : '';
}

/** What was typed, and what the session has; a default never waits for another default of the form. */
function valuesSoFar(form: Form, asking: FormInput): Readonly<Record<string, string>> {
  const typed = form.inputs.flatMap((input) => {
    if (input === asking || input.spec.type === 'secret') return [];
    const text = input.typed?.text ?? input.before;
    if (text === undefined) return [];
    const answer = validateInput(input.spec, text);
    return answer.ok && answer.value !== '' ? [[input.spec.name, answer.value] as const] : [];
  });
  return { ...form.values, ...Object.fromEntries(typed) };
}

/** The form after one press. Enter goes to the next input, and submits at the last where all are valid. */
export function pressInForm(form: Form, press: Press): FormStep {
  switch (press) {
    case 'enter':
      return form.focus < form.inputs.length - 1 ? focusOn(form, form.focus + 1) : submit(form);
    case 'tab':
    case 'down':
      return focusOn(form, form.focus + 1);
    case 'shift-tab':
    case 'up':
      return focusOn(form, form.focus - 1);
    default:
      return editing(edited(form, press));
  }
}

/** The form with a text pasted into the input that has the cursor. */
export function pasteInForm(form: Form, pasted: string): Form {
  return withTyped(form, pasteInto(readingOf(form, form.focus).field, pasted));
}

/** True where the input that has the cursor may be generated. */
export function canGenerateIn(form: Form): boolean {
  return form.inputs[form.focus]?.spec.generate === true;
}

/** The form with a secret that was generated for the input that has the cursor; it is shown until that is changed or left. */
export function generatedInForm(form: Form, secret: string): Form {
  const filled = withTyped(form, fieldOf(secret));
  return { ...filled, inputs: filled.inputs.map((input, at) => ({ ...input, isShown: at === form.focus })) };
}

function editing(form: Form): FormStep {
  return { kind: 'editing', form };
}

/** Round and round; leaving an input shows what is wrong with what was typed in it. */
function focusOn(form: Form, index: number): FormStep {
  const count = form.inputs.length;
  return editing({ ...hidden(form), focus: count === 0 ? 0 : (index + count) % count });
}

function submit(form: Form): FormStep {
  const readings = form.inputs.map((_, index) => readingOf(form, index));
  const wrong = readings.findIndex((reading) => reading.value === null);
  if (wrong >= 0) {
    const inputs = form.inputs.map((input) => ({ ...input, isJudged: true, isShown: false }));
    return editing({ ...form, focus: wrong, inputs });
  }
  const values = form.inputs.map(({ spec }, index) => [spec.name, readings[index]?.value ?? ''] as const);
  return { kind: 'submitted', values: Object.fromEntries(values) };
}

function edited(form: Form, press: Press): Form {
  const input = form.inputs[form.focus];
  if (input === undefined) return form;
  const { field } = readingOf(form, form.focus);
  const next = input.spec.type === 'choice' ? choose(input.spec, field, press) : editField(field, press);
  return next === field ? form : withTyped(form, next);
}

/** Left, right and space go round the choices; a letter goes to the next choice that begins with it. */
function choose(spec: InputSpec, field: Field, press: Press): Field {
  const options = spec.optional ? ['', ...spec.choices] : spec.choices;
  const at = options.indexOf(field.text);
  const turned = (by: number): Field =>
    fieldOf(options[(Math.max(0, at) + by + options.length) % options.length] ?? '');
  if (press === 'left') return turned(-1);
  if (press === 'right' || press === ' ') return turned(1);
  const rest = [...options.slice(at + 1), ...options.slice(0, at + 1)];
  const found = rest.find((option) => option !== '' && option.toLowerCase().startsWith(press.toLowerCase()));
  return found === undefined ? field : fieldOf(found);
}

function withTyped(form: Form, typed: Field): Form {
  return {
    ...form,
    inputs: form.inputs.map((input, index) => (index === form.focus ? { ...input, typed, isShown: false } : input)),
  };
}

/** What was shown once is never shown again. */
function hidden(form: Form): Form {
  return { ...form, inputs: form.inputs.map((input) => ({ ...input, isShown: false })) };
}
