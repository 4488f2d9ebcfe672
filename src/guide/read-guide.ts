import { basename } from 'node:path';
import type { Complaint } from '../error.ts';
import { checkGuide } from './check.ts';
import { guideDigest } from './digest.ts';
import type { Complain } from './error.ts';
import { inReadingOrder } from './error.ts';
import { hasRole } from './fences.ts';
import type { FrontMatter } from './front-matter.ts';
import { splitFrontMatter } from './front-matter.ts';
import type { Guide } from './guide.ts';
import type { Block } from './markdown.ts';
import { blocksOf, fenceOf } from './markdown.ts';
import { hasShell, parseDocument } from './parse-document.ts';
import { isStepList, parseIndex } from './parse-index.ts';
import type { ParsedStep } from './parse-step.ts';
import { parseStep } from './parse-step.ts';
import { stepSettings } from './settings.ts';
import type { Excerpt } from './source.ts';
import { checkCharacters, readSource } from './source.ts';
import { readStepFile } from './step-file.ts';
import { readYaml } from './yaml.ts';

/** What a Markdown file turned out to be, with all that is wrong with it, in reading order. */
export type GuideReading =
  /** With problems, `guide` holds what could be read, which is good for more checks only. */
  | { readonly kind: 'guide'; readonly guide: Guide; readonly problems: readonly Complaint[] }
  /** One step of a guide, opened alone. */
  | { readonly kind: 'step'; readonly parsed: ParsedStep; readonly problems: readonly Complaint[] }
  | { readonly kind: 'none'; readonly problems: readonly [Complaint] };

/** Reads a Markdown file, and what its index links to. Never rejects. */
export async function readGuide(file: string, { shipped }: { readonly shipped: boolean }): Promise<GuideReading> {
  const reading = await readSource(file);
  if (reading.kind === 'absent') {
    return none(
      `There is no file ${file}.`,
      file,
      'Check the path; a guide that came with Brevduva is named without one.',
    );
  }
  if (reading.kind === 'refused') return none(`The file ${file} ${reading.why}.`, file, reading.remedy);
  const { source } = reading;
  const problems: Complaint[] = [];
  const complain: Complain = (complaint) => problems.push(complaint);
  const front = splitFrontMatter(source);
  const blocks = blocksOf(front.body, complain);
  if (problems.length > 0) return { kind: 'none', problems: [problems[0] as Complaint] };

  switch (natureOf(front, blocks)) {
    case 'runbook': {
      const { guide, files } = await readRunbook({ source, front, blocks, shipped }, complain);
      return { kind: 'guide', guide, problems: inReadingOrder(problems, files) };
    }
    case 'document': {
      const guide: Guide = {
        kind: 'document',
        id: basename(file, '.md'),
        ...parseDocument(front, blocks, complain),
        file,
        shipped,
        inputs: [],
        digest: guideDigest([source]),
      };
      return { kind: 'guide', guide, problems };
    }
    case 'step': {
      const parsed = parseStep(basename(file, '.md'), source, complain);
      return { kind: 'step', parsed, problems: inReadingOrder(problems, [file]) };
    }
    case 'none':
      return none(
        'This file has nothing to run: neither a numbered list of links to steps, nor a fence of shell commands.',
        file,
        'Open a guide, or mark commands as ```sh.',
      );
  }
}

/** A runbook may lack what makes it one, and is then complained of as what it was meant to be. */
function natureOf(front: FrontMatter, blocks: readonly Block[]): 'runbook' | 'step' | 'document' | 'none' {
  const hasList = blocks.some(isStepList);
  if (hasList && front.kind === 'present') return 'runbook';
  const keys = front.kind === 'present' ? topKeys(front.yaml) : [];
  const hasCommands = blocks.some(hasShell);
  if (keys.includes('inputs') || (hasList && !hasCommands)) return 'runbook';
  const isStep = keys.some((key) => key !== 'title' && Object.hasOwn(stepSettings.shape, key));
  if (isStep || blocks.some((block) => hasRole(fenceOf(block)?.info ?? ''))) return 'step';
  return hasCommands ? 'document' : 'none';
}

function topKeys(yaml: Excerpt): readonly string[] {
  // why: only a look at what the file may be; whoever reads it as that complains of what is wrong
  const value = readYaml(yaml, () => {})?.value;
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

async function readRunbook(
  index: {
    readonly source: Excerpt;
    readonly front: FrontMatter;
    readonly blocks: readonly Block[];
    readonly shipped: boolean;
  },
  complain: Complain,
): Promise<{ readonly guide: Guide; readonly files: readonly string[] }> {
  const { source, front, blocks, shipped } = index;
  checkCharacters(source, complain);
  const parsed = parseIndex(front, blocks, complain);
  const sources = await Promise.all(
    parsed.links.map(async (link) => ({ link, step: await readStepFile(source.file, link, complain) })),
  );
  const present = sources.flatMap(({ link, step }) => (step === undefined ? [] : [{ id: link.id, source: step }]));
  const steps = present.map((step) => parseStep(step.id, step.source, complain));
  const isWhole = parsed.isWhole && present.length === parsed.links.length;
  const guide: Guide = {
    kind: 'runbook',
    id: basename(source.file, '.md'),
    title: parsed.title,
    file: source.file,
    shipped,
    introduction: parsed.introduction,
    inputs: parsed.inputs,
    steps: checkGuide({ ...parsed, ids: parsed.links.map(({ id }) => id), isWhole }, steps, complain),
    digest: guideDigest([source, ...present.map((step) => step.source)]),
  };
  return { guide, files: [source.file, ...present.map((step) => step.source.file)] };
}

function none(sentence: string, file: string, remedy: string): GuideReading {
  return { kind: 'none', problems: [{ sentence, place: { file }, remedy }] };
}
