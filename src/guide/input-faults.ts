import type { InputSpec } from './guide.ts';
import { templatesIn } from './names.ts';
import { didYouMean, listed } from './nearest.ts';
import { validateInput } from './validate-input.ts';

/** Something wrong with how an input is declared, found only when its keys are seen together. */
export interface InputFault {
  readonly input: string;
  /** The key to point at. */
  readonly key: 'type' | 'default' | 'choices' | 'generate';
  readonly sentence: string;
  readonly remedy: string;
}

/**
 * All that is wrong with a guide's inputs as a whole: choices, what is generated, defaults, and defaults that use other inputs. `declared`:
 * the names of all inputs, those among them that could not be read.
 */
export function inputFaults(inputs: readonly InputSpec[], declared: readonly string[]): readonly InputFault[] {
  return inputs.flatMap(
    (input) => choiceFault(input) ?? generateFault(input) ?? defaultFault(input, inputs, declared) ?? [],
  );
}

function choiceFault({ name, type, choices }: InputSpec): InputFault | undefined {
  if (type === 'choice' && choices.length === 0) {
    return {
      input: name,
      key: 'type',
      sentence: `The input \`${name}\` is a choice, but has no \`choices\`.`,
      remedy: 'Add them, such as `choices: [one, other]`.',
    };
  }
  if (type === 'choice' || choices.length === 0) return undefined;
  return {
    input: name,
    key: 'choices',
    sentence: `The input \`${name}\` has choices, but its type is \`${type}\`.`,
    remedy: 'Make its type `choice`, or take the choices out.',
  };
}

function generateFault({ name, type, generate }: InputSpec): InputFault | undefined {
  if (!generate || type === 'secret') return undefined;
  return {
    input: name,
    key: 'generate',
    sentence: `The input \`${name}\` is to be generated, but its type is \`${type}\`.`,
    remedy: 'Make its type `secret`, or take `generate` out.',
  };
}

function defaultFault(
  input: InputSpec,
  inputs: readonly InputSpec[],
  declared: readonly string[],
): InputFault | undefined {
  if (input.default === undefined) return undefined;
  const fault = (sentence: string, remedy: string): InputFault => ({
    input: input.name,
    key: 'default',
    sentence,
    remedy,
  });
  if (input.type === 'secret') {
    return fault(
      `The secret \`${input.name}\` has a default, which all who read the guide would know.`,
      'Take it out.',
    );
  }
  const used = templatesIn(input.default);
  if (used.length === 0) {
    const answer = validateInput(input, input.default);
    return answer.ok
      ? undefined
      : fault(`The default of \`${input.name}\` is not valid: ${answer.sentence}`, 'Mend it.');
  }
  for (const name of used) {
    const other = inputs.find((one) => one.name === name);
    if (other === undefined && declared.includes(name)) return undefined;
    if (other === undefined) {
      const names = inputs.filter((one) => one !== input && one.type !== 'secret').map((one) => `{{${one.name}}}`);
      return fault(
        `\`{{${name}}}\` in the default of \`${input.name}\` is no input.`,
        didYouMean(`{{${name}}}`, names, 'other input'),
      );
    }
    if (other.type === 'secret') {
      return fault(
        `The default of \`${input.name}\` uses the secret \`${name}\`.`,
        'Secrets are never shown: take it out.',
      );
    }
  }
  const cycle = cycleFrom(input, inputs);
  if (cycle === undefined) return undefined;
  if (cycle.length === 1) {
    return fault(`The default of \`${input.name}\` uses \`${input.name}\` itself.`, 'Give it a default of its own.');
  }
  return fault(
    `The defaults of ${listed(cycle)} use each other in a circle.`,
    'Give one of them a default of its own.',
  );
}

/** The inputs whose defaults lead back to `start`, it included; undefined where none do. */
function cycleFrom(start: InputSpec, inputs: readonly InputSpec[]): readonly string[] | undefined {
  const paths: (readonly string[])[] = [[start.name]];
  const seen = new Set<string>();
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const input = inputs.find(({ name }) => name === path?.at(-1));
    for (const name of templatesIn(input?.default ?? '')) {
      if (name === start.name) return path;
      if (seen.has(name)) continue;
      seen.add(name);
      paths.push([...path, name]);
    }
  }
  return undefined;
}
