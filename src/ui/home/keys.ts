import type { KeyRow } from '../key-table.ts';
import type { HomeState } from './home.ts';

/** Where on the first screen the person is. */
export type HomePlace = 'home' | 'target' | 'help';

/** What a press on the first screen asks for. */
export type HomeIntent = 'up' | 'down' | 'choose' | 'start' | 'back' | 'help' | 'quit';

/** What a key of the first screen looks at. */
export interface HomeSituation {
  readonly place: HomePlace;
  readonly state: HomeState;
}

type Row = KeyRow<HomeSituation, HomePlace, HomeIntent>;

const always: Row['when'] = () => true;

const hasEntries: Row['when'] = ({ state }) => state.entries.length > 0 || 'There is nothing to choose.';

/** Every key of the first screen. */
export const homeKeys: readonly Row[] = [
  {
    places: ['home'],
    presses: ['enter'],
    shown: 'Enter',
    label: ({ state }) => (state.entries[state.selected]?.kind === 'session' ? 'go on' : 'begin'),
    help: 'Begins to practise, goes on with the marked session, or asks for the server to begin the marked guide with.',
    when: ({ state }) => {
      const entry = state.entries[state.selected];
      if (entry === undefined) return 'There is nothing to choose.';
      return (
        entry.kind !== 'session' ||
        !entry.session.damaged ||
        `Its journal is damaged. This mends it: brevduva setup ${entry.session.target} --salvage`
      );
    },
    intent: 'choose',
    footer: 1,
  },
  {
    places: ['home'],
    presses: ['up', 'k', 'shift-tab'],
    shown: '↑ k',
    label: 'up',
    help: 'Moves up.',
    when: hasEntries,
    intent: 'up',
    footer: null,
  },
  {
    places: ['home'],
    presses: ['down', 'j', 'tab'],
    shown: '↓ j',
    label: 'down',
    help: 'Moves down.',
    when: hasEntries,
    intent: 'down',
    footer: null,
  },
  {
    places: ['target'],
    presses: ['enter'],
    shown: 'Enter',
    label: 'begin',
    help: 'Begins the guide with this server, or goes on where it was left.',
    when: always,
    intent: 'start',
    footer: 1,
  },
  {
    places: ['target', 'help'],
    presses: ['escape'],
    shown: 'Esc',
    label: 'back',
    help: 'Goes back.',
    when: always,
    intent: 'back',
    footer: 2,
  },
  {
    places: ['help'],
    presses: ['?', 'q', 'enter'],
    shown: '?',
    label: 'back',
    help: 'Closes this page.',
    when: always,
    intent: 'back',
    footer: null,
  },
  {
    places: ['home'],
    presses: ['?'],
    shown: '?',
    label: 'help',
    help: 'Shows every key and what it does.',
    when: always,
    intent: 'help',
    footer: 20,
  },
  {
    places: ['home'],
    presses: ['q', 'escape'],
    shown: 'q',
    label: 'quit',
    help: 'Quits.',
    when: always,
    intent: 'quit',
    footer: 21,
  },
  {
    places: ['home', 'target', 'help'],
    presses: ['ctrl-c'],
    shown: 'Ctrl-C',
    label: 'quit',
    help: 'Quits.',
    when: always,
    intent: 'quit',
    footer: null,
  },
];
