import type { Place } from '../error.ts';
import { stepDigests } from './digest.ts';
import type { Complain } from './error.ts';
import { counted } from './error.ts';
import { hasRole, readFenceRole } from './fences.ts';
import { splitFrontMatter } from './front-matter.ts';
import type { Step } from './guide.ts';
import type { Block } from './markdown.ts';
import { blocksOf, fenceOf, innerFences, proseOf } from './markdown.ts';
import type { Mention } from './mentions.ts';
import { templateMentions } from './mentions.ts';
import { templatesIn } from './names.ts';
import type { RoleFence } from './role-fences.ts';
import { digestedFence, mentionsOf, onlyScript, readRoleFence, verifyOf } from './role-fences.ts';
import type { StepSettings } from './settings.ts';
import { readStepSettings } from './settings.ts';
import type { Excerpt } from './source.ts';
import { checkCharacters } from './source.ts';
import { checkStep } from './step-faults.ts';
import type { YamlReading } from './yaml.ts';
import { readYaml } from './yaml.ts';

/** A step file as far as it can be understood alone. */
export interface ParsedStep {
  readonly step: Omit<Step, 'uses'>;
  /** Names that its prose, records and probes use. */
  readonly mentions: readonly Mention[];
  /** Where a front-matter key or list entry stands. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** False where its front matter could not be read, so that what it gives is not known. */
  readonly isWhole: boolean;
}

/** What a block of a step's body is. `refused`: it was complained of, and is neither shown nor run. */
type Piece =
  | { readonly kind: 'prose'; readonly excerpt: Excerpt }
  | { readonly kind: 'fence'; readonly fence: RoleFence }
  | { readonly kind: 'refused' };

const absentSettings: StepSettings = {
  title: '',
  needs: [],
  optional: false,
  effects: [],
  reinstalls: false,
  secrets: [],
  gives: [],
};

/** Reads a step file; complains of all that is wrong with it alone, and gives what could be read. */
export function parseStep(id: string, source: Excerpt, complain: Complain): ParsedStep {
  checkCharacters(source, complain);
  const { body, reading } = readFrontMatter(source, complain);
  const settings = reading && readStepSettings(reading, complain);
  const place = { file: source.file, line: 1 };
  const placeOf = (path: readonly PropertyKey[]) => reading?.placeOf(path) ?? place;

  const report = counted(complain);
  const pieces = blocksOf(body, report.complain, { inline: false }).map((block) => {
    checkInnerFences(block, body.file, report.complain);
    return readBlock(block, body.file, report.complain);
  });
  const excerpts = pieces.flatMap((piece) => (piece.kind === 'prose' ? [piece.excerpt] : []));
  const fences = pieces.flatMap((piece) => (piece.kind === 'fence' ? [piece.fence] : []));
  const prose = proseOf(excerpts);
  const step: Omit<Step, 'uses'> = {
    id,
    ...(settings ?? absentSettings),
    place,
    prose,
    run: onlyScript(fences, 'run', complain),
    verify: fences.flatMap((fence) => verifyOf(fence) ?? []),
    records: fences.flatMap(({ content }) => (content.kind === 'records' ? content.records : [])),
    hint: onlyScript(fences, 'hint', complain),
    undo: onlyScript(fences, 'undo', complain),
    digests: stepDigests({ prose, settings: reading?.value, fences: fences.map(digestedFence) }),
  };
  if (settings !== undefined) checkStep({ step, fences, fencesAreWhole: report.count() === 0, placeOf }, complain);
  const mentions = [
    ...confirmMentions(step.confirm, placeOf(['confirm'])),
    ...excerpts.flatMap(templateMentions),
    ...fences.flatMap(mentionsOf),
  ];
  return { step, mentions, placeOf, isWhole: settings !== undefined };
}

function readFrontMatter(
  source: Excerpt,
  complain: Complain,
): { readonly body: Excerpt; readonly reading: YamlReading | undefined } {
  const parted = splitFrontMatter(source);
  if (parted.kind === 'present') return { body: parted.body, reading: readYaml(parted.yaml, complain) };
  complain({
    sentence: `The front matter of this step ${parted.kind === 'absent' ? 'is missing' : 'does not end'}.`,
    place: { file: source.file, line: 1 },
    remedy: 'Begin the file with a line `---`, then `title: …`, then `---`.',
  });
  return { body: parted.body, reading: undefined };
}

function readBlock(block: Block, file: string, complain: Complain): Piece {
  const place = { file, line: block.line };
  const fence = fenceOf(block);
  const role = fence === undefined ? undefined : readFenceRole(fence.info, place, complain);
  if (fence === undefined || role === undefined || role.kind === 'prose') {
    return { kind: 'prose', excerpt: { file, text: block.token.raw, line: block.line } };
  }
  const read = role.kind === 'role' ? readRoleFence(role, { fence, place }, complain) : undefined;
  return read === undefined ? { kind: 'refused' } : { kind: 'fence', fence: read };
}

function checkInnerFences(block: Block, file: string, complain: Complain): void {
  for (const inner of innerFences(block)) {
    if (!hasRole(inner.info)) continue;
    complain({
      sentence: `This \`${inner.info}\` fence stands in a list, a quote or indented text, where it would not count.`,
      place: { file, line: inner.line },
      remedy: 'Move it to the left margin.',
    });
  }
}

function confirmMentions(confirm: string | undefined, place: Place): readonly Mention[] {
  return templatesIn(confirm ?? '').map((name) => ({ kind: 'template', name, place }));
}
