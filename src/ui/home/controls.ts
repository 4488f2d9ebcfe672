import type { StoreApi } from 'zustand/vanilla';
import { createStore } from 'zustand/vanilla';
import { editField, fieldOf, pasteInto } from '../field.ts';
import { meaningOf } from '../key-table.ts';
import type { Press } from '../presses.ts';
import { isText } from '../presses.ts';
import type { Size } from '../session/screen.ts';
import type { HomeChoice, HomeEntries, HomeState } from './home.ts';
import { entriesOf } from './home.ts';
import type { HomeIntent, HomePlace, HomeSituation } from './keys.ts';
import { homeKeys } from './keys.ts';

/** What the first screen is controlled by. */
export interface HomeControls {
  readonly screen: StoreApi<HomeState>;
  press(press: Press): void;
  paste(text: string): void;
  resized(size: Size): void;
}

/** What controls of the first screen are made of. */
export interface HomeOptions {
  readonly entries: HomeEntries;
  readonly size: Size;
  /** What is wrong with a target as it was typed; null where nothing is. */
  readonly targetFault: (text: string) => string | null;
  /** Called once, with what was chosen; null: quit. */
  readonly onEnd: (choice: HomeChoice | null) => void;
}

/** Controls for the first screen. */
export function createHomeControls({ entries, size, targetFault, onEnd }: HomeOptions): HomeControls {
  const screen = createStore<HomeState>(() => ({
    entries: entriesOf(entries),
    size,
    // Practice stands first, but who has begun something wants to go on with it.
    selected: entries.sessions.length === 0 ? 0 : 1,
    target: null,
    showsHelp: false,
    said: null,
  }));

  const doings: Readonly<Record<HomeIntent, (state: HomeState) => void>> = {
    up: (state) => screen.setState({ selected: (state.selected + state.entries.length - 1) % state.entries.length }),
    down: (state) => screen.setState({ selected: (state.selected + 1) % state.entries.length }),
    choose: ({ entries: all, selected }) => {
      const entry = all[selected];
      if (entry?.kind === 'practice') onEnd({ kind: 'practice' });
      if (entry?.kind === 'session')
        onEnd({ kind: 'session', guide: entry.session.guide, target: entry.session.target });
      if (entry?.kind === 'guide') screen.setState({ target: { guide: entry.guide, field: fieldOf(''), fault: null } });
    },
    start: ({ target }) => {
      if (target === null) return;
      const text = target.field.text.trim();
      const fault = text === '' ? 'The server’s name or address is needed.' : targetFault(text);
      if (fault === null) onEnd({ kind: 'session', guide: target.guide.id, target: text });
      else screen.setState({ target: { ...target, fault } });
    },
    back: () => screen.setState({ target: null, showsHelp: false }),
    help: () => screen.setState({ showsHelp: true }),
    quit: () => onEnd(null),
  };

  function press(press: Press): void {
    screen.setState({ said: null });
    const situation = homeSituation(screen.getState());
    const meaning = meaningOf(homeKeys, press, situation);
    const { target } = situation.state;
    if (meaning.kind === 'intent') doings[meaning.intent](situation.state);
    else if (meaning.kind === 'refused') screen.setState({ said: { tone: 'warning', sentence: meaning.why } });
    else if (situation.place === 'target' && target !== null) {
      screen.setState({ target: { ...target, field: editField(target.field, press), fault: null } });
    } else if (isText(press) && situation.place === 'home') {
      screen.setState({ said: { tone: 'calm', sentence: `“${press}” does nothing here; ? shows the keys.` } });
    }
  }

  return {
    screen,
    press,
    paste(text) {
      const { target } = screen.getState();
      if (target !== null)
        screen.setState({ target: { ...target, field: pasteInto(target.field, text), fault: null } });
    },
    resized: (next) => screen.setState({ size: next }),
  };
}

/** Where the person is on the first screen, with all that its keys look at. */
export function homeSituation(state: HomeState): HomeSituation {
  const place: HomePlace = state.showsHelp ? 'help' : state.target === null ? 'home' : 'target';
  return { place, state };
}
