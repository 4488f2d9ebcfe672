import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Step } from '../../src/guide/guide.ts';
import { frameToSvg } from '../frame-to-svg.ts';
import { keys } from '../terminal.tsx';
import { expectGolden, holdAgainst } from './golden.ts';
import { noon } from './looks.ts';
import { showSession } from './session-terminal.tsx';
import { anEvidence, aScript } from './session-view.ts';
import { aSessionView, smtpGuide } from './smtp-session.ts';

const size = { columns: 110, rows: 30 };
const id = 'install-chasquid';

const step: Partial<Step> = {
  prose: `[chasquid](chasquid.md) is a small SMTP server written in Go. It listens on port **25** for mail from other servers, and on **465** and **587** for you, who must say a password first.`,
  run: aScript(`set -eu
apt-get install -y chasquid
systemctl enable --now chasquid
`),
  uses: [],
  effects: ['package chasquid'],
};

/** What a person sees who has just pressed one key, as the README shows it. */
it('has a picture of the real screen in docs/', async () => {
  const guide = { ...smtpGuide, steps: smtpGuide.steps.map((each) => (each.id === id ? { ...each, ...step } : each)) };
  const since = new Date(Date.parse(noon) - 74_000).toISOString();
  const view = aSessionView({
    guide,
    states: { [id]: { kind: 'proven', warning: false, at: noon } },
    checkpoints: {
      [id]: {
        lastAttempt: {
          id: 'attempt',
          step: id,
          purpose: 'run',
          intendedAt: since,
          started: true,
          outcome: { kind: 'exited', status: 0, cancelled: false },
          endedAt: noon,
          bytes: 12_400,
          order: 1,
        },
        evidence: [
          anEvidence({ probe: 'sh verify', observed: 'active for 31 s, no restarts' }),
          anEvidence({ probe: 'tcp smtp.example.com:25', vantage: 'here', observed: 'connected in 24 ms' }),
        ],
      },
    },
  });
  const { terminal } = await showSession({
    ...size,
    view,
    prepare: (engine) =>
      engine.print(id, [
        'Selecting previously unselected package chasquid.',
        'Unpacking chasquid (1.19.0-1) …',
        'Setting up chasquid (1.19.0-1) …',
        'Created symlink …/multi-user.target.wants/chasquid.service.',
      ]),
  });
  await terminal.press(...Array.from({ length: 20 }, () => keys.up), ...Array.from({ length: 8 }, () => keys.down));
  expectGolden(terminal, 'picture');
  expect(terminal.text()).toContain('Install chasquid');
  const svg = frameToSvg(terminal.frame(), {
    ...size,
    title: 'Brevduva: a checkpoint, its command, its output, and its proof',
  });
  holdAgainst(fileURLToPath(new URL('../../docs/screen.svg', import.meta.url)), svg);
  await terminal.close();
});
