import { always, canShowOutput } from '../rules.ts';
import type { Situation } from '../situation.ts';
import type { Row } from './row.ts';
import { row, texts } from './row.ts';

/** What moves about, scrolls and searches. */
export const movingKeys: readonly Row[] = [
  row('checkpoint', 'o', {
    shown: 'o',
    label: 'output',
    help: 'Shows the output on the full screen.',
    when: canShowOutput,
    intent: 'output',
    footer: 5,
  }),
  row(['checkpoint', 'output'], '/', {
    shown: '/',
    label: 'search',
    help: 'Searches the output.',
    when: (situation) => situation.place === 'output' || canShowOutput(situation),
    intent: 'search',
    footer: null,
  }),
  row('output', 'n', {
    shown: 'n',
    label: 'next match',
    help: 'Goes to the next match.',
    when: hasSearch,
    intent: 'search-next',
    footer: 3,
  }),
  row('output', 'N', {
    shown: 'N',
    label: 'previous match',
    help: 'Goes to the match before.',
    when: hasSearch,
    intent: 'search-previous',
    footer: null,
  }),
  row([...texts, 'menu', 'copy'], ['up', 'k'], {
    shown: '↑ k',
    label: 'up',
    help: 'Moves up: in the list a checkpoint, in a text a line.',
    when: always,
    intent: 'up',
    footer: null,
  }),
  row([...texts, 'menu', 'copy'], ['down', 'j'], {
    shown: '↓ j',
    label: 'down',
    help: 'Moves down.',
    when: always,
    intent: 'down',
    footer: null,
  }),
  row(texts, ['page-up', 'ctrl-b'], {
    shown: 'PgUp',
    label: 'page up',
    help: 'Scrolls the text a page up.',
    when: always,
    intent: 'page-up',
    footer: null,
  }),
  row(texts, ['page-down', 'ctrl-f', ' '], {
    shown: 'PgDn',
    label: 'page down',
    help: 'Scrolls the text a page down; so does the space bar.',
    when: always,
    intent: 'page-down',
    footer: null,
  }),
  row(texts, ['g', 'home'], {
    shown: 'g',
    label: 'top',
    help: 'Goes to the first checkpoint, or to the beginning of the text.',
    when: always,
    intent: 'top',
    footer: null,
  }),
  row(texts, ['G', 'end'], {
    shown: 'G',
    label: 'end',
    help: 'Goes to the last checkpoint, or to the end of the text; output is then followed.',
    when: always,
    intent: 'bottom',
    footer: null,
  }),
  row('checkpoint', 'left', {
    shown: '←',
    label: 'previous',
    help: 'Goes to the checkpoint before, whichever pane has the arrows.',
    when: always,
    intent: 'left',
    footer: null,
  }),
  row('checkpoint', 'right', {
    shown: '→',
    label: 'next',
    help: 'Goes to the checkpoint after.',
    when: always,
    intent: 'right',
    footer: null,
  }),
  row('output', 'left', {
    shown: '←',
    label: 'left',
    help: 'Scrolls long lines back.',
    when: always,
    intent: 'left',
    footer: null,
  }),
  row('output', 'right', {
    shown: '→',
    label: 'right',
    help: 'Scrolls to what long lines have beyond the edge.',
    when: always,
    intent: 'right',
    footer: null,
  }),
  row('checkpoint', 'tab', {
    shown: 'Tab',
    label: ({ screen }) => (screen.focus === 'list' ? 'text' : 'list'),
    help: 'Gives the arrows to the other pane; where there is room for one, shows the other.',
    when: always,
    intent: 'other-pane',
    footer: 8,
  }),
];

function hasSearch({ screen: { mode } }: Situation): true | string {
  return (mode.kind === 'output' && mode.view.search !== null) || 'Nothing is searched for yet: / begins a search.';
}
