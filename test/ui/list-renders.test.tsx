import { Box } from 'ink';
import { Profiler } from 'react';
import { expect, it } from 'vitest';
import { LookProvider } from '../../src/ui/look.tsx';
import { CheckpointList } from '../../src/ui/screens/checkpoint-list.tsx';
import { TextPane } from '../../src/ui/screens/text-pane.tsx';
import { createSessionControls } from '../../src/ui/session/controls.ts';
import { SessionProvider } from '../../src/ui/session/session-context.tsx';
import { openTerminal } from '../terminal.tsx';
import { EngineDouble } from './engine-double.ts';
import { aLook } from './looks.ts';
import { aSessionView } from './smtp-session.ts';

it('draws the text anew for a line of output, and the list not at all', async () => {
  const engine = new EngineDouble(aSessionView());
  const look = aLook();
  const drawn = { list: 0, text: 0 };
  const controls = createSessionControls({
    engine,
    look,
    size: { columns: 120, rows: 40 },
    terminal: { write: () => undefined, quit: () => undefined, shell: async () => undefined },
    desk: null,
    fail: () => undefined,
    notes: [],
  });
  const terminal = await openTerminal(
    <LookProvider value={look}>
      <SessionProvider value={{ engine, controls }}>
        <Box>
          <Profiler id="list" onRender={() => (drawn.list += 1)}>
            <CheckpointList columns={34} rows={36} hasEdge />
          </Profiler>
          <Profiler id="text" onRender={() => (drawn.text += 1)}>
            <TextPane />
          </Profiler>
        </Box>
      </SessionProvider>
    </LookProvider>,
    { columns: 120, rows: 40 },
  );
  engine.print('install-chasquid', ['one']);
  await terminal.until('one');
  const before = { ...drawn };
  engine.print('install-chasquid', ['one', 'two']);
  await terminal.until('two');
  expect(drawn.list).toBe(before.list);
  expect(drawn.text).toBeGreaterThan(before.text);
  controls.press('j');
  await terminal.until('10  Name chasquid’s host');
  expect(drawn.list).toBeGreaterThan(before.list);
  await terminal.close();
});
