import { describe, expect, it } from 'vitest';
import { expectGolden } from './golden.ts';
import { screens } from './screens.ts';
import { showSession } from './session-terminal.tsx';

describe.each([
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
])('the screens at $columns×$rows', (size) => {
  it.each(screens)('$name', async ({ name, options, act, varying }) => {
    const shown = await showSession({ ...size, ...options });
    await act?.(shown);
    await shown.terminal.settle();
    expectGolden(shown.terminal, name, varying);
    await shown.terminal.close();
  });
});

describe('a frame is never larger than the terminal', () => {
  it.each(screens)('$name', async ({ options, act }) => {
    const shown = await showSession({ columns: 120, rows: 40, ...options });
    await act?.(shown);
    for (const [columns, rows] of [
      [40, 10],
      [57, 13],
      [99, 17],
      [100, 11],
      [180, 50],
    ] as const) {
      await shown.terminal.resize(columns, rows);
      const lines = shown.terminal.text().split('\n');
      // Had it been larger, the header would have scrolled away, or the footer would not be on the last row.
      expect(lines[0]).toContain('smtp.example.com');
      expect(lines).toHaveLength(rows);
      expect(lines.at(-1)?.trim()).not.toBe('');
    }
    await shown.terminal.close();
  });
});
