import type { Guide, InputSpec, Step } from '../guide/guide.ts';
import { environmentOf, resolveInputs } from '../guide/inputs.ts';
import type { SessionState } from './state.ts';

/** What is in force for scripts, probes and texts at one moment. */
export interface ValuesInForce {
  /** Inputs, their defaults, and outputs of steps; never secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** Required inputs without a value, secrets left out: those are asked for by the step that reads them. */
  readonly missing: readonly InputSpec[];
}

/**
 * Inputs given, else what a step gave under the same name, else the default. What a step gave under a name that is no
 * input is there as well. What no step has given yet is empty, not absent: under `set -u` an absent variable ends a
 * dash with 2, which would read as "true, with a warning".
 */
export function valuesInForce(guide: Guide, session: SessionState): ValuesInForce {
  const outputs: Readonly<Record<string, string>> = Object.assign(
    {},
    ...guide.steps.map((step) => session.steps[step.id]?.outputs ?? {}),
  );
  const notYetGiven = Object.fromEntries(guide.steps.flatMap((step) => step.gives.map((name) => [name, ''])));
  const { values, missing } = resolveInputs(guide, { ...outputs, ...session.inputs });
  return {
    values: { ...notYetGiven, ...outputs, ...values },
    missing: missing.filter((input) => input.type !== 'secret'),
  };
}

/** The environment of a step's scripts: every value in force, by its variable. */
export function scriptEnvironment(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return environmentOf(values);
}

/**
 * The secrets that a step cannot do without and nobody has given in this process. An optional one is never waited for: it
 * is an empty line to the step until somebody gives it.
 */
export function missingSecrets(guide: Guide, step: Step, secrets: ReadonlyMap<string, string>): readonly InputSpec[] {
  return guide.inputs.filter(({ name, optional }) => step.secrets.includes(name) && !optional && !secrets.has(name));
}
