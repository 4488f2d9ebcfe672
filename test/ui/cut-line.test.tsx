import { describe, expect, it } from 'vitest';
import { noon } from './looks.ts';
import { showSession } from './session-terminal.tsx';
import { aSessionView } from './smtp-session.ts';

describe('a line that was cut in the middle of an action', () => {
  it('is shown with the time until the next try, and q still quits', async () => {
    const next = new Date(Date.parse(noon) + 20_000).toISOString();
    const view = aSessionView({ connection: { kind: 'cut', sentence: 'The server has stopped answering.', next } });
    const { terminal, ended, clock } = await showSession({ columns: 120, rows: 40, view });
    expect(terminal.text()).toContain('no connection, again in 0:20');
    clock.advance(1_000);
    await terminal.until('no connection, again in 0:19');
    await terminal.press('q');
    await ended;
  });
});
