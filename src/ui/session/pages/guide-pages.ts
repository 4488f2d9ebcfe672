import type { Situation } from '../situation.ts';
import { nameOf } from '../situation.ts';
import type { SectionStyle } from '../text/section.ts';
import { countOf } from '../text/section.ts';
import type { Page } from './page.ts';
import { facts, paragraphs, scriptSections, scriptsOf } from './page.ts';

/** A guide that did not come with Brevduva: where it is, its digest, and every command that it has. */
export function trustPage({ view: { guide } }: Situation, style: SectionStyle): Page {
  const scripts = guide.steps.flatMap(scriptsOf);
  const here = scripts.filter(({ on }) => on === 'on this computer').length;
  return {
    title: 'Do you trust this guide?',
    lines: [
      ...paragraphs(
        [
          'A guide is code, and this one did not come with Brevduva. Read what it runs; trust it only if you understand it, or know who wrote it.',
        ],
        style,
      ),
      [],
      ...facts(
        [
          ['guide', guide.title],
          ['file', guide.file],
          ['SHA-256', guide.digest],
          ['runs', `${countOf(scripts.length, 'script')}, ${here === 0 ? 'none' : here} of them on this computer`],
        ],
        style,
      ),
      ...guide.steps.flatMap((step) => scriptSections(step, style)),
    ],
  };
}

const partWords = {
  prose: 'its text',
  action: 'what it runs',
  verify: 'how it is proven',
  settings: 'its settings',
} as const;

/** A guide that is not the one which the session pinned: what changed, by step and part, and what now stands there. */
export function changedPage({ view }: Situation, style: SectionStyle): Page {
  const { gate, guide } = view;
  const differences = gate?.kind === 'changed' ? gate.differences : [];
  const changes = differences.map(({ id, kind, parts }): readonly [string, string] => {
    const what = parts.map((part) => partWords[part]).join(', ');
    return [kind, what === '' ? nameOf(view, id) : `${nameOf(view, id)}: ${what}`];
  });
  const present = new Set(differences.filter(({ kind }) => kind !== 'removed').map(({ id }) => id));
  return {
    title: 'The guide has changed',
    lines: [
      ...paragraphs(
        [
          'This session was begun with another text of the guide. Accept it to go on: what was proven and rests on a changed part becomes stale, and nothing is run again unasked.',
        ],
        style,
      ),
      [],
      ...facts(
        [
          ['guide', guide.title],
          ['file', guide.file],
          ['SHA-256', guide.digest],
        ],
        style,
      ),
      [],
      ...(changes.length === 0
        ? paragraphs(['Only the order of the steps, or the text of the index, has changed.'], style)
        : facts(changes, style)),
      ...guide.steps
        .filter(({ id }) => present.has(id))
        .flatMap((step) => scriptSections(step, style, ', as it is now')),
    ],
  };
}
