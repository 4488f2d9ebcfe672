import type { Complain } from './error.ts';
import type { InputSpec, Script, Step } from './guide.ts';
import type { Mention } from './mentions.ts';
import { mentionsVariable, nameRemedy, variableOf } from './names.ts';
import { didYouMean } from './nearest.ts';
import type { ParsedStep } from './parse-step.ts';

/** What is known at a step: inputs and secrets of the guide, outputs of this and earlier steps. */
interface Scope {
  readonly inputs: readonly InputSpec[];
  /** Names of the secrets that the step asks for. */
  readonly secrets: readonly string[];
  /** Names of outputs so far. */
  readonly outputs: ReadonlySet<string>;
  /** Outputs that only later steps give, with the step. */
  readonly later: ReadonlyMap<string, string>;
  /** False where some front matter could not be read, so that an unknown name proves nothing. */
  readonly isWhole: boolean;
}

/** An index's part in the checks across files. */
export interface CheckedIndex {
  readonly inputs: readonly InputSpec[];
  readonly isWhole: boolean;
  /** All ids that it lists, those whose file could not be read among them. */
  readonly ids: readonly string[];
  /** Names that the introduction uses. */
  readonly mentions: readonly Mention[];
}

/** Complains of all that the files of a guide have wrong between them, and tells what each step uses. */
export function checkGuide(index: CheckedIndex, parsed: readonly ParsedStep[], complain: Complain): readonly Step[] {
  const isWhole = index.isWhole && parsed.every((one) => one.isWhole);
  const start: Scope = { inputs: index.inputs, secrets: [], outputs: new Set(), later: new Map(), isWhole };
  for (const mention of index.mentions) checkMention(mention, start, complain);
  return parsed.map((one, position) => {
    const scope = { ...scopeAt(position, parsed, start), secrets: one.step.secrets };
    checkNeeds(one, index.ids, complain);
    checkSecrets(one, scope, complain);
    checkGives(one, scope, complain);
    for (const mention of one.mentions) checkMention(mention, scope, complain);
    return { ...one.step, uses: usesOf(one, scope) };
  });
}

function scopeAt(position: number, parsed: readonly ParsedStep[], start: Scope): Scope {
  const outputs = new Set(parsed.slice(0, position + 1).flatMap(({ step }) => step.gives));
  const later = new Map(parsed.slice(position + 1).flatMap(({ step }) => step.gives.map((name) => [name, step.id])));
  return { ...start, outputs, later };
}

function checkNeeds({ step, placeOf }: ParsedStep, ids: readonly string[], complain: Complain): void {
  const own = ids.indexOf(step.id);
  for (const [position, id] of step.needs.entries()) {
    const needed = ids.indexOf(id);
    if (needed !== -1 && needed < own) continue;
    const earlier = ids.slice(0, own);
    const place = placeOf(['needs', position]);
    if (needed === -1) {
      const remedy = didYouMean(id, earlier, 'earlier step');
      complain({ sentence: `\`needs\` names \`${id}\`, which is no step of this guide.`, place, remedy });
    } else if (needed === own) {
      complain({ sentence: `\`needs\` names \`${id}\`, the step itself.`, place, remedy: 'Take it out.' });
    } else {
      complain({
        sentence: `\`needs\` names \`${id}\`, which comes later in the guide.`,
        place,
        remedy: `Move \`${id}\` before \`${step.id}\` in the index, or take it out.`,
      });
    }
  }
}

function checkSecrets({ step, placeOf }: ParsedStep, { inputs, isWhole }: Scope, complain: Complain): void {
  const secrets = inputs.flatMap(({ name, type }) => (type === 'secret' ? [name] : []));
  for (const [position, name] of step.secrets.entries()) {
    const input = inputs.find((one) => one.name === name);
    if (input?.type === 'secret' || (input === undefined && !isWhole)) continue;
    complain({
      sentence:
        input === undefined
          ? `\`secrets\` names \`${name}\`, which is no input of this guide.`
          : `\`secrets\` names \`${name}\`, an input of the type \`${input.type}\`.`,
      place: placeOf(['secrets', position]),
      remedy:
        input === undefined
          ? didYouMean(name, secrets, 'secret')
          : `Take it out: scripts have it as \`$${variableOf(name)}\`.`,
    });
  }
}

function checkGives({ step, placeOf }: ParsedStep, { inputs }: Scope, complain: Complain): void {
  for (const [position, name] of step.gives.entries()) {
    if (inputs.find((one) => one.name === name)?.type !== 'secret') continue;
    complain({
      sentence: `\`gives\` names the secret \`${name}\`, but what a step gives is written down.`,
      place: placeOf(['gives', position]),
      remedy: 'Give it under a name of its own, or not at all.',
    });
  }
}

function checkMention({ kind, name, place }: Mention, scope: Scope, complain: Complain): void {
  const isVariable = kind !== 'template' && kind !== 'when';
  const write = writerOf[kind];
  const known = [...knownNames(scope), ...(kind === 'password' ? scope.secrets : [])];
  const own = isVariable ? name.toLowerCase() : name;
  const input = scope.inputs.find((one) => one.name === own);
  const isKnown = known.includes(own);

  if (kind === 'stray variable') {
    if (!isKnown) return;
    complain({ sentence: `\`$${name}\` has no meaning in a record.`, place, remedy: `Write \`{{${own}}}\`.` });
  } else if (input?.type === 'secret' && kind === 'password' && !isKnown) {
    complain({
      sentence: `\`${write(name)}\` is a secret that this step does not ask for.`,
      place,
      remedy: `Add \`secrets: [${own}]\` to its front matter.`,
    });
  } else if (input?.type === 'secret' && kind !== 'password') {
    complain({
      sentence: `\`${write(name)}\` is a secret, and secrets are never shown, nor used in probes but as \`password\`.`,
      place,
      remedy: 'Take it out; a script reads it from standard input, where `secrets:` lists it.',
    });
  } else if (isKnown) {
    if (isVariable) checkSpelling(name, place, complain);
  } else if (scope.later.has(own)) {
    complain({
      sentence: `\`${write(name)}\` is given only by the later step \`${scope.later.get(own)}\`.`,
      place,
      remedy: 'Move that step before this one in the index.',
    });
  } else if (scope.isWhole) {
    complain({
      sentence: `\`${write(name)}\` is no input of this guide, and no step so far gives it.`,
      place,
      remedy: nameRemedy(own, known, (near) => write(isVariable ? variableOf(near) : near)),
    });
  }
}

function checkSpelling(name: string, place: Mention['place'], complain: Complain): void {
  const variable = variableOf(name);
  if (name === variable) return;
  complain({ sentence: `\`$${name}\` is no variable.`, place, remedy: `Write \`$${variable}\`.` });
}

const writerOf: Readonly<Record<Mention['kind'], (name: string) => string>> = {
  template: (name) => `{{${name}}}`,
  variable: (name) => `$${name}`,
  'stray variable': (name) => `$${name}`,
  password: (name) => `$${name}`,
  when: (name) => `when: ${name}`,
};

function knownNames({ inputs, outputs }: Scope): readonly string[] {
  const open = inputs.flatMap(({ name, type }) => (type === 'secret' ? [] : [name]));
  return [...new Set([...open, ...outputs])];
}

function usesOf({ step, mentions }: ParsedStep, scope: Scope): readonly string[] {
  const scripts = [
    step.run,
    step.hint,
    step.undo,
    ...step.verify.map((one) => (one.kind === 'shell' ? one.script : undefined)),
  ]
    .filter((script): script is Script => script !== undefined)
    .map(({ text }) => text);
  const mentioned = new Set(mentions.map(({ name }) => name.toLowerCase()));
  const open = knownNames(scope).filter(
    (name) => mentioned.has(name) || scripts.some((script) => mentionsVariable(script, variableOf(name))),
  );
  return [...open, ...step.secrets];
}
