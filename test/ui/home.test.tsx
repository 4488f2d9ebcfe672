import { describe, expect, it } from 'vitest';
import type { HomeChoice, HomeEntries } from '../../src/ui/home/home.ts';
import { homeUi } from '../../src/ui/open.tsx';
import type { TerminalOptions } from '../terminal.tsx';
import { keys, Terminal } from '../terminal.tsx';
import { expectGolden } from './golden.ts';
import { aStillClock } from './looks.ts';

const saved: HomeEntries = {
  sessions: [
    {
      name: 'smtp--root@smtp.example.com',
      guide: 'smtp',
      title: 'smtp',
      target: 'root@smtp.example.com',
      proven: 7,
      total: 20,
      lastAt: '2026-11-24T12:31:00.000Z',
      damaged: false,
    },
    {
      name: 'smtp--admin@203.0.113.10:2222',
      guide: 'smtp',
      title: 'smtp',
      target: 'admin@203.0.113.10:2222',
      proven: 20,
      total: 20,
      lastAt: '2025-11-20T09:00:00.000Z',
      damaged: false,
    },
    {
      name: 'notes--root@old.example.org',
      guide: '/home/me/notes.md',
      title: 'notes',
      target: 'root@old.example.org',
      proven: 0,
      total: 4,
      lastAt: '2025-03-02T09:00:00.000Z',
      damaged: true,
    },
  ],
  guides: [{ id: 'smtp', title: 'A mail server that Gmail trusts', steps: 20 }],
};

interface HomeOnScreen {
  readonly terminal: Terminal;
  readonly choice: Promise<HomeChoice | null>;
}

async function showHome(options: TerminalOptions = {}, entries: HomeEntries = saved): Promise<HomeOnScreen> {
  const terminal = new Terminal(options);
  const choice = homeUi({
    ...entries,
    streams: terminal.streams,
    environment: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    clock: aStillClock(),
    targetFault: (text) => (text.includes(' ') ? `“${text}” is no target: its host cannot be read.` : null),
    onApp: (app) => terminal.follow(app),
  });
  await terminal.settle();
  return { terminal, choice };
}

describe('the first screen', () => {
  it.each([
    { columns: 80, rows: 24 },
    { columns: 120, rows: 40 },
  ])('lists sessions and guides at $columns×$rows', async (size) => {
    const { terminal } = await showHome(size);
    expectGolden(terminal, 'home');
    await terminal.press(keys.up, keys.up, keys.enter, 'root@203.0.113.10');
    expectGolden(terminal, 'target');
    await terminal.close();
  });

  it('begins to practise with the first Enter where nothing is saved', async () => {
    const { terminal, choice } = await showHome({}, { ...saved, sessions: [] });
    await terminal.press(keys.enter);
    expect(await choice).toEqual({ kind: 'practice' });
    expect(terminal.isAlternate).toBe(false);
  });

  it('goes on with the session used last on the first Enter', async () => {
    const { terminal, choice } = await showHome();
    await terminal.press(keys.enter);
    expect(await choice).toEqual({ kind: 'session', guide: 'smtp', target: 'root@smtp.example.com' });
    expect(terminal.isAlternate).toBe(false);
  });

  it('goes on with the marked session on Enter', async () => {
    const { terminal, choice } = await showHome();
    await terminal.press(keys.down, keys.enter);
    expect(await choice).toEqual({ kind: 'session', guide: 'smtp', target: 'admin@203.0.113.10:2222' });
    expect(terminal.isAlternate).toBe(false);
  });

  it('says how to mend a damaged session instead of opening it', async () => {
    const { terminal } = await showHome({ columns: 100 });
    await terminal.press(keys.down, keys.down, keys.enter);
    expect(terminal.text()).toContain('brevduva setup root@old.example.org --salvage');
    await terminal.close();
  });

  it('asks for the server before it begins a guide, and says what is wrong with one', async () => {
    const { terminal, choice } = await showHome({}, { ...saved, sessions: [] });
    await terminal.press(keys.down, keys.enter, keys.enter);
    expect(terminal.text()).toContain('name or address is needed');
    await terminal.press('not a target', keys.enter);
    expect(terminal.text()).toContain('its host cannot be read');
    await terminal.press(keys.ctrlU);
    await terminal.paste('root@203.0.113.10');
    await terminal.press(keys.enter);
    expect(await choice).toEqual({ kind: 'session', guide: 'smtp', target: 'root@203.0.113.10' });
  });

  it('quits with q', async () => {
    const { terminal, choice } = await showHome();
    await terminal.press('q');
    expect(await choice).toBeNull();
  });
});
