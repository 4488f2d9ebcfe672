import { basename } from 'node:path';
import { stepDigests } from './digest.ts';
import type { Complain } from './error.ts';
import type { FrontMatter } from './front-matter.ts';
import type { Step } from './guide.ts';
import type { Block, Fence } from './markdown.ts';
import { fenceOf, innerFences, plainText, proseOf } from './markdown.ts';
import { checkCharacters } from './source.ts';
import { readYaml } from './yaml.ts';

/** Any Markdown file as a guide: its title, what comes before the first commands, and a step a heading with commands. */
export interface ParsedDocument {
  readonly title: string;
  readonly introduction: string;
  readonly steps: readonly Step[];
}

/** A heading with what stands below it, up to the next heading of any depth. */
interface Section {
  readonly heading: string | undefined;
  readonly blocks: readonly Block[];
  readonly fences: readonly Fence[];
}

const shells: readonly string[] = ['sh', 'bash', 'shell', 'console'];

/** Whether a block is a fence of shell commands, or has one inside. */
export function hasShell(block: Block): boolean {
  return shellFences(block).length > 0;
}

/** Reads a Markdown file as a document; complains of deceptive characters only, for it was not written for us. */
export function parseDocument(front: FrontMatter, blocks: readonly Block[], complain: Complain): ParsedDocument {
  checkCharacters(front.body, complain);
  const { file } = front.body;
  const sections = sectionsOf(blocks);
  const first = sections.findIndex(({ fences }) => fences.length > 0);
  const title =
    titleOf(front) ?? sections.find(({ heading }) => heading !== undefined)?.heading ?? basename(file, '.md');

  const steps: Step[] = [];
  const taken = new Set<string>();
  let waiting = '';
  for (const section of sections.slice(Math.max(first, 0))) {
    // why: a section of words only belongs to the commands that it leads to
    const prose = `${waiting}${sectionProse(section)}`;
    if (section.fences.length === 0) {
      waiting = `${prose.trimEnd()}\n\n`;
      continue;
    }
    waiting = '';
    steps.push(
      stepOf(section, { id: idFor(section.heading ?? title, taken), title: section.heading ?? title, prose, file }),
    );
  }
  return { title, introduction: textOf(sections.slice(0, Math.max(first, 0)).flatMap((one) => one.blocks)), steps };
}

function titleOf(front: FrontMatter): string | undefined {
  if (front.kind !== 'present') return undefined;
  // why: another program's front matter is none of our business, so what is wrong with it is not told
  const value = readYaml(front.yaml, () => {})?.value;
  const title = typeof value === 'object' && value !== null && 'title' in value ? value.title : undefined;
  return typeof title === 'string' && title.trim() !== '' ? oneLine(title) : undefined;
}

function sectionsOf(blocks: readonly Block[]): readonly Section[] {
  const starts = blocks.flatMap(({ token }, position) => (token.type === 'heading' && position > 0 ? [position] : []));
  return [0, ...starts].map((start, number) => {
    const own = blocks.slice(start, starts[number]);
    const token = own[0]?.token;
    const heading = token?.type === 'heading' ? oneLine(plainText(token)) : '';
    return { heading: heading === '' ? undefined : heading, blocks: own, fences: own.flatMap(shellFences) };
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function shellFences(block: Block): readonly Fence[] {
  const fence = fenceOf(block);
  return (fence === undefined ? innerFences(block) : [fence]).filter(isShell);
}

function isShell({ info, text }: Fence): boolean {
  const language = info.split(/[\s{,]/, 1)[0] ?? '';
  return shells.includes(language.toLowerCase()) && commandsOf(info, text).trim() !== '';
}

/** What to run of a fence. In a `console` one: lines after a prompt, with their continuations; the rest is output. */
function commandsOf(info: string, text: string): string {
  if (!/^console\b/i.test(info)) return text;
  const commands: string[] = [];
  let goesOn = false;
  for (const line of text.split('\n')) {
    const command: string | undefined = goesOn ? line.replace(/^> ?/, '') : /^[$#] (.*)$/.exec(line.trimStart())?.[1];
    if (command === undefined) continue;
    commands.push(command);
    goesOn = command.endsWith('\\');
  }
  return commands.join('\n');
}

function stepOf(
  { fences }: Section,
  about: { readonly id: string; readonly title: string; readonly prose: string; readonly file: string },
): Step {
  const place = { file: about.file, line: fences[0]?.line ?? 1 };
  // why: one action of several commands must not go on after one that failed, and then end with the last one's status
  const text = ['set -e', ...fences.map((fence) => commandsOf(fence.info, fence.text))].join('\n');
  const run = { text, on: 'target', place } as const;
  const poll = { every: 5, for: 0 };
  const prose = about.prose.trim();
  return {
    id: about.id,
    title: about.title,
    place,
    needs: [],
    optional: false,
    effects: [],
    reinstalls: false,
    secrets: [],
    gives: [],
    prose,
    run,
    verify: [],
    records: [],
    uses: [],
    digests: stepDigests({
      prose,
      settings: about.title,
      fences: [{ language: 'sh', role: 'run', on: 'target', poll, content: text }],
    }),
  };
}

/** The section without its heading (the step's title) and without the fences that are its action. */
function sectionProse({ heading, blocks, fences }: Section): string {
  const own = heading !== undefined && fences.length > 0 ? blocks.slice(1) : blocks;
  return textOf(own.filter((block) => fenceOf(block) === undefined || shellFences(block).length === 0));
}

function textOf(blocks: readonly Block[]): string {
  return proseOf(blocks.map(({ token, line }) => ({ text: token.raw, line })));
}

/** An id out of a heading, as forges make anchors, in ASCII; `step` where nothing is left, numbered where it is taken. */
function idFor(heading: string, taken: Set<string>): string {
  const slug =
    heading
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9\s_-]/g, '')
      .replaceAll(/[\s_-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'step';
  let id = slug;
  for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`;
  taken.add(id);
  return id;
}
