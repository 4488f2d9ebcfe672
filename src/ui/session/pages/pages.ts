import type { Situation } from '../situation.ts';
import type { SectionStyle } from '../text/section.ts';
import { changedPage, trustPage } from './guide-pages.ts';
import { helpPage } from './help.ts';
import type { Page } from './page.ts';

/** The page of the place where the person is; null where that place has none. */
export function pageAt(situation: Situation, style: SectionStyle): Page | null {
  switch (situation.place) {
    case 'trust':
      return trustPage(situation, style);
    case 'changed':
      return changedPage(situation, style);
    case 'help':
      return helpPage(situation, style);
    default:
      return null;
  }
}
