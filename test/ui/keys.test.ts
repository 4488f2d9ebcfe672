import { describe, expect, it } from 'vitest';
import { footerKeys, meaningOf, textFor } from '../../src/ui/key-table.ts';
import { lineText } from '../../src/ui/line.ts';
import { footerLine } from '../../src/ui/parts/footer.ts';
import { createSessionControls } from '../../src/ui/session/controls.ts';
import { sessionKeys } from '../../src/ui/session/keys.ts';
import { helpPage } from '../../src/ui/session/pages/help.ts';
import type { Place, Situation } from '../../src/ui/session/situation.ts';
import { situationOf } from '../../src/ui/session/situation.ts';
import { EngineDouble } from './engine-double.ts';
import { aLook, textOf } from './looks.ts';
import { aSessionView } from './smtp-session.ts';

function aSituation(place: Place = 'checkpoint', view = aSessionView()): Situation {
  const controls = createSessionControls({
    engine: new EngineDouble(view),
    look: aLook(),
    size: { columns: 80, rows: 24 },
    terminal: { write: () => undefined, quit: () => undefined, shell: async () => undefined },
    desk: null,
    fail: () => undefined,
    notes: [],
  });
  return { ...situationOf(view, controls.screen.getState(), null), place };
}

describe('the table of keys', () => {
  it('has no key twice at one place, unless one of the two never works while the other does', () => {
    const states = [
      aSituation(),
      aSituation('checkpoint', aSessionView({ states: { 'install-chasquid': { kind: 'skipped', reason: 'x' } } })),
      aSituation('checkpoint', aSessionView({ activity: { spf: { kind: 'verifying' } } })),
    ];
    for (const situation of states) {
      const working = sessionKeys.filter(
        (row) => row.places.includes(situation.place) && row.when(situation) === true && row.footer !== null,
      );
      const presses = working.flatMap((row) => row.presses);
      expect(new Set(presses).size).toBe(presses.length);
    }
  });

  it('says of every key what it will do, and of every one that does not work, why', () => {
    const situation = aSituation();
    for (const row of sessionKeys) {
      expect(textFor(row.help, situation)).toMatch(/^[A-Z].*\.$/u);
      const verdict = row.when(situation);
      if (verdict !== true) expect(verdict).toMatch(/^[A-Z“0-9].*\.$/u);
    }
  });

  it('gives the reason where a key does not work', () => {
    expect(meaningOf(sessionKeys, 'h', aSituation())).toEqual({ kind: 'intent', intent: 'hint' });
    expect(meaningOf(sessionKeys, 'o', aSituation())).toMatchObject({ kind: 'refused' });
    expect(meaningOf(sessionKeys, 'Z', aSituation())).toEqual({ kind: 'none' });
  });

  it('shows in the help all that it knows of a place', () => {
    const text = textOf(helpPage(aSituation(), { width: 120, look: aLook() }).lines);
    for (const row of sessionKeys.filter(({ places }) => places.includes('checkpoint'))) {
      expect(text).toContain(row.shown);
    }
  });
});

describe('the footer', () => {
  it('shows only keys that work now', () => {
    const keys = footerKeys(sessionKeys, aSituation());
    expect(keys.map(({ label }) => label)).not.toContain('output');
    expect(keys.map(({ label }) => label)).toContain('run');
  });

  it('drops what matters least where there is no room, and never help or quit', () => {
    const keys = footerKeys(sessionKeys, aSituation());
    const narrow = lineText(footerLine(keys, 40));
    expect(narrow.length).toBeLessThanOrEqual(40);
    expect(narrow).toContain('run');
    expect(narrow).toContain('? help');
    expect(narrow).toContain('q quit');
  });
});
