import { posix } from 'node:path';
import type { MarkedToken, Tokens } from 'marked';
import type { Complaint, Place } from '../error.ts';
import type { Complain } from './error.ts';
import { hasRole } from './fences.ts';
import type { FrontMatter } from './front-matter.ts';
import type { InputSpec } from './guide.ts';
import type { Block } from './markdown.ts';
import { childrenOf, fenceOf } from './markdown.ts';
import type { Mention } from './mentions.ts';
import { templateMentions } from './mentions.ts';
import { idPattern } from './names.ts';
import { readIndexSettings } from './settings.ts';
import { newlines } from './source.ts';
import { readYaml } from './yaml.ts';

/** One entry of an index: a step's id, and the path of its file as the index has it. */
export interface StepLink {
  readonly id: string;
  /** Relative to the index's folder, with `/`: `../steps/spf.md`. */
  readonly path: string;
  readonly place: Place;
}

/** An index as far as it can be understood alone. */
export interface ParsedIndex {
  readonly title: string;
  readonly introduction: string;
  readonly inputs: readonly InputSpec[];
  readonly links: readonly StepLink[];
  /** Inputs that the introduction names. */
  readonly mentions: readonly Mention[];
  /** False where its front matter was complained of, so that the inputs are not all known. */
  readonly isWhole: boolean;
}

/** Reads an index out of its parts; complains of all that is wrong with it alone, and gives what could be read. */
export function parseIndex(front: FrontMatter, blocks: readonly Block[], complain: Complain): ParsedIndex {
  const { file } = front.body;
  const reading = front.kind === 'present' ? readYaml(front.yaml, complain) : undefined;
  if (front.kind !== 'present') {
    complain({
      sentence: `The front matter of this index ${front.kind === 'absent' ? 'is missing' : 'does not end'}.`,
      place: { file, line: 1 },
      remedy: 'Begin the file with a line `---`, then `title: …`, then `---`.',
    });
  }
  const settings = reading && readIndexSettings(reading, complain);
  for (const block of blocks) checkNoRole(block, file, complain);
  const [list, ...others] = blocks.filter(isStepList);
  if (list === undefined) complain(noList(file));
  for (const other of others) {
    complain({
      sentence: 'An index has one numbered list of links to steps, and this is another.',
      place: { file, line: other.line },
      remedy: 'Join the two lists: their order is the order of the checkpoints.',
    });
  }
  const before = list === undefined ? blocks : blocks.slice(0, blocks.indexOf(list));
  return {
    title: settings?.title ?? '',
    introduction: before
      .map(({ token }) => token.raw)
      .join('')
      .trim(),
    inputs: settings?.inputs ?? [],
    links: list === undefined ? [] : withoutRepeats(linksOf(list, file, complain), complain),
    mentions: before.flatMap((block) => templateMentions({ file, text: block.token.raw, line: block.line })),
    isWhole: settings?.isWhole ?? false,
  };
}

/** Whether a block is a numbered list in which an entry links to a Markdown file: what makes a file an index. */
export function isStepList({ token }: Block): boolean {
  return (
    token.type === 'list' &&
    token.ordered &&
    token.items.some((item) => linksWithin(item).some(({ href }) => /\.md(?:#.*)?$/.test(href)))
  );
}

function noList(file: string): Complaint {
  return {
    sentence: 'This index has no numbered list of links to steps.',
    place: { file, line: 1 },
    remedy: 'Add one, each entry such as `1. [Choose a server](../steps/choose-server.md)`.',
  };
}

function checkNoRole(block: Block, file: string, complain: Complain): void {
  const fence = fenceOf(block);
  if (fence === undefined || !hasRole(fence.info)) return;
  complain({
    sentence: `This \`${fence.info}\` fence stands in an index, where nothing runs.`,
    place: { file, line: block.line },
    remedy: 'Move it into a step.',
  });
}

function linksOf({ token, line }: Block, file: string, complain: Complain): readonly StepLink[] {
  if (token.type !== 'list') return [];
  let next = line;
  return token.items.flatMap((item) => {
    const place = { file, line: next };
    next += newlines(item.raw);
    return readEntry(item, place, complain) ?? [];
  });
}

function readEntry(item: Tokens.ListItem, place: Place, complain: Complain): StepLink | undefined {
  const [link, ...others] = linksWithin(item);
  const refuse = (sentence: string, remedy: string) => {
    complain({ sentence, place, remedy });
    return undefined;
  };
  if (link === undefined || others.length > 0) {
    return refuse(
      `This entry has ${link === undefined ? 'no link to a step' : 'more than one link'}.`,
      'Make each entry one link, such as `[Choose a server](../steps/choose-server.md)`.',
    );
  }
  const path = pathOf(link.href);
  if (path === undefined) {
    return refuse(
      `The link \`${link.href}\` is no path to a step.`,
      'Link to a file such as `../steps/choose-server.md`.',
    );
  }
  const id = posix.basename(path, '.md');
  if (!path.endsWith('.md') || !idPattern.test(id)) {
    return refuse(
      `The step file \`${posix.basename(path)}\` has a name that cannot be an id.`,
      'Name it with lower-case letters, digits and hyphens, and the ending `.md`: `choose-server.md`.',
    );
  }
  return { id, path, place };
}

/** The path of a relative link, without its fragment; undefined for any other address. */
function pathOf(href: string): string | undefined {
  try {
    const path = decodeURIComponent(href.replace(/#.*$/, ''));
    return path === '' || path.includes('\0') || /^(?:[a-z][a-z0-9+.-]*:|[/\\])/i.test(path) ? undefined : path;
  } catch {
    // a `%` that begins no escape
    return undefined;
  }
}

function withoutRepeats(links: readonly StepLink[], complain: Complain): readonly StepLink[] {
  return links.filter(({ id, place }, position) => {
    const first = links.find((link) => link.id === id);
    if (first === undefined || links.indexOf(first) === position) return true;
    complain({
      sentence: `The step \`${id}\` is already listed on line ${first.place.line}.`,
      place,
      remedy: 'Keep one of the two: an id is one checkpoint.',
    });
    return false;
  });
}

function linksWithin(token: MarkedToken): readonly Tokens.Link[] {
  return childrenOf(token).flatMap((child) => (child.type === 'link' ? [child] : linksWithin(child)));
}
