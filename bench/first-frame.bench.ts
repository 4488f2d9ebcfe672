import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairedRatio, report, took } from './measure.ts';

// From the start of the built program to its first frame, on a PTY made by script(1), against a bare node.
const state = mkdtempSync(join(tmpdir(), 'brevduva-bench-'));
const environment = { ...process.env, XDG_STATE_HOME: state, TERM: 'xterm-256color', CI: '' };

function onPty(command: string, seen: RegExp | null): Promise<number> {
  return took(
    () =>
      new Promise<void>((resolve, reject) => {
        const child = spawn('script', ['-qfec', command, '/dev/null'], {
          env: environment,
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (seen?.test(output)) {
            resolve();
            child.kill('SIGTERM');
          }
        });
        child.once('error', reject);
        child.once('exit', () => (seen === null ? resolve() : reject(new Error(`Never seen: ${output}`))));
      }),
  );
}

const { a, b, ratio } = await pairedRatio(
  () => onPty('node dist/brevduva.js', /brevduva/),
  () => onPty('node -e 0', null),
  10,
);
report('first frame / node -e 0', ratio, { atMost: 3 }, `${a.toFixed(0)} ms against ${b.toFixed(0)} ms`);
rmSync(state, { recursive: true, force: true });
