import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pty } from '../test/pty.ts';
import { startSshd } from '../test/sshd.ts';
import { median, report, runTook } from './measure.ts';

// 200 MB of output through an attempt on the full screen, against the same through OpenSSH; the process's memory at its
// peak, and how long a key press takes to be drawn meanwhile.
const megabytes = 200;
const server = await startSshd();
await server.trust();
const configFile = await server.clientConfig();
const file = join(server.directory, 'flood');
const line = `${'An ordinary line of some output, as a package manager prints it. '.repeat(2)}\n`;
writeFileSync(file, line.repeat(Math.round((megabytes * 1e6) / line.length)));

const openssh: number[] = [];
for (let round = 0; round < 4; round += 1) {
  openssh.push(await runTook('ssh', ['-F', configFile, '-p', String(server.port), '127.0.0.1', `cat ${file}`]));
}

const guide = join(server.directory, 'guide');
mkdirSync(join(guide, 'runbook'), { recursive: true });
mkdirSync(join(guide, 'steps'));
writeFileSync(
  join(guide, 'runbook', 'flood.md'),
  '---\ntitle: Flood\n---\nA.\n\n1. [a](../steps/a.md)\n2. [b](../steps/b.md)\n',
);
writeFileSync(join(guide, 'steps', 'b.md'), '---\ntitle: Second\n---\nSecond text.\n\n```sh verify\ntrue\n```\n');

const rates: number[] = [];
const presses: number[] = [];
let peak = 0;
for (let round = 0; round < 4; round += 1) rates.push(await flooded(round, 1, false));
await flooded(4, 5, true);

const ours = median(rates);
const theirs = median(openssh);
report(
  'throughput of an attempt / ssh',
  theirs / ours,
  { atLeast: 0.6 },
  `${((megabytes * 1e3) / ours).toFixed(0)} MB/s against ${((megabytes * 1e3) / theirs).toFixed(0)} MB/s`,
);
report('peak memory, MB', peak, { atMost: 200 }, 'VmHWM of the process');
report(
  'key press drawn meanwhile, ms',
  median(presses),
  { atMost: 50 },
  `${presses.length} presses without a pause, worst ${Math.max(...presses).toFixed(0)} ms`,
);
await server.stop();

/** One session with one attempt that prints the file so many times; milliseconds that the attempt took. */
async function flooded(round: number, times: number, pressing: boolean): Promise<number> {
  writeFileSync(join(guide, 'steps', 'a.md'), floodStep(times));
  const state = join(server.directory, `state-${round}`);
  const pid = join(server.directory, 'pid');
  const words = `setup 127.0.0.1:${server.port} -F ${configFile} --guide ${join(guide, 'runbook', 'flood.md')} --trust`;
  const pty = new Pty(`echo $$ > ${pid}; exec node dist/brevduva.js ${words}`, {
    columns: 120,
    rows: 40,
    environment: { XDG_STATE_HOME: state, CI: '' },
  });
  await pty.until(/connected[\s\S]*First text/);
  pty.type('r');
  await pty.until(/An ordinary line/);
  for (let count = 0; pressing && count < 40; count += 1) {
    const [key, seen] = count % 2 === 0 ? (['j', 'Second text.'] as const) : (['k', 'First text.'] as const);
    const began = performance.now();
    pty.type(key);
    await pty.until(seen);
    // A press after the end measures nothing.
    if (/failed/i.test(pty.screen())) break;
    presses.push(performance.now() - began);
  }
  await pty.until(/failed/i);
  peak = Math.max(peak, peakMegabytes(readFileSync(pid, 'utf8').trim()));
  const took = tookInJournal(join(state, 'brevduva', 'sessions'));
  pty.type('q');
  await pty.ended;
  return took;
}

function floodStep(times: number): string {
  return `---
title: First
---
First text.

\`\`\`sh run
for _ in $(seq ${times}); do cat ${file}; done
\`\`\`

\`\`\`sh verify
exit 1
\`\`\`
`;
}

/** Milliseconds from the start of the attempt to its end, as the journal tells. */
function tookInJournal(sessions: string): number {
  const journal = readFileSync(join(sessions, readdirSync(sessions)[0] ?? '', 'events.jsonl'), 'utf8');
  const at = (kind: string) => {
    const found = journal.split('\n').find((text) => text.includes(`"kind":"${kind}"`));
    return new Date(JSON.parse(found?.split('\t')[0] ?? '{}').at).getTime();
  };
  return at('attempt-ended') - at('attempt-started');
}

function peakMegabytes(pid: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_000;
}
