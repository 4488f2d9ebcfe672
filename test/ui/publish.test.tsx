import { describe, expect, it } from 'vitest';
import type { RecordSpec } from '../../src/guide/guide.ts';
import { keys } from '../terminal.tsx';
import { showSession } from './session-terminal.tsx';

/** A provider that only writes down what it was given. */
function aDesk() {
  const published: RecordSpec[] = [];
  return { published, publish: async (records: readonly RecordSpec[]) => void published.push(...records) };
}

describe('publishing records from the screen', () => {
  it('hands the practice provider the records of the checkpoint, with its values, and says so', async () => {
    const desk = aDesk();
    const { terminal } = await showSession({ desk, columns: 120, rows: 40 });
    await terminal.press('g', ...Array(13).fill(keys.down));
    expect(terminal.text()).toContain('p publish');

    await terminal.press('p');

    expect(desk.published.map(({ name, type }) => `${name} ${type}`)).toEqual(['example.com TXT', 'example.com MX']);
    expect(terminal.text()).toContain('The 2 records are published at the practice provider.');
    await terminal.close();
  });

  it('says why it cannot where the checkpoint wants none, or the provider is a real one', async () => {
    const practice = await showSession({ desk: aDesk(), columns: 120, rows: 40 });
    await practice.terminal.press('g', 'p');
    expect(practice.terminal.text()).toContain('This checkpoint wants no record published');
    await practice.terminal.close();

    const real = await showSession({ columns: 120, rows: 40 });
    await real.terminal.press('g', ...Array(13).fill(keys.down));
    expect(real.terminal.text()).not.toContain('p publish');
    await real.terminal.press('p');
    expect(real.terminal.text()).toContain('at your provider you publish them');
    await real.terminal.close();
  });
});
