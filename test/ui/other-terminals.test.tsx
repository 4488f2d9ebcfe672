import { describe, expect, it } from 'vitest';
import { keys } from '../terminal.tsx';
import { expectGolden } from './golden.ts';
import { noon } from './looks.ts';
import { showSession } from './session-terminal.tsx';
import { anEvidence } from './session-view.ts';
import { aSessionView } from './smtp-session.ts';

const at = 'install-chasquid';

const failed = aSessionView({
  states: { [at]: { kind: 'failed', why: 'The action ended with status 100.', at: noon } },
  checkpoints: { [at]: { evidence: [anEvidence({ verdict: 'false', observed: 'inactive (dead)' })] } },
});

describe('a terminal that can do less', () => {
  it('shows no colour where NO_COLOR is set, not even that of remote output', async () => {
    const { terminal } = await showSession({
      view: failed,
      environment: { NO_COLOR: '1' },
      prepare: (engine) => engine.print(at, ['\u001B[31mred\u001B[0m']),
    });
    expect(terminal.text()).toContain('red');
    expect(terminal.frame()).not.toMatch(/[[;](?:3[0-7]|9[0-7]|4[0-7])[;m]/u);
    expectGolden(terminal, 'no-color');
    await terminal.close();
  });

  it('draws with ASCII alone where the locale is not UTF-8', async () => {
    const { terminal } = await showSession({ columns: 100, view: failed, environment: { LANG: 'C' } });
    await terminal.press('m');
    expect(terminal.text()).toMatch(/^[\n -~]*$/u);
    expectGolden(terminal, 'ascii');
    await terminal.close();
  });

  it('says everything in words to a screen reader, without shapes and on the normal screen', async () => {
    const { terminal } = await showSession({ view: failed, environment: { INK_SCREEN_READER: 'true' } });
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.text()).toContain('7 of 20 proven');
    expect(terminal.text()).toContain('failed: The action ended with status 100.');
    expect(terminal.text()).toContain('not true: sh verify');
    expect(terminal.text()).not.toMatch(/[✔✖·▶│─█░┃❯]/u);
    expectGolden(terminal, 'screen-reader');
    await terminal.press(keys.tab);
    expect(terminal.text()).toContain('9 Install chasquid: failed, selected');
    expectGolden(terminal, 'screen-reader-list');
    await terminal.close();
  });
});
