import { loadGuide } from '../../src/guide/load.ts';
import { attemptsOn } from '../../src/remote/attempts/attempts-on.ts';
import { connect } from '../../src/remote/connect.ts';
import { systemClock } from '../../src/session/clock.ts';
import { createEngine } from '../../src/session/engine.ts';
import { attemptsHere } from '../../src/session/here.ts';
import type { Journal } from '../../src/session/journal.ts';
import { openSession } from '../../src/session/open.ts';

// A session in a process of its own, which a test can kill: runs the step `one`, and says what it is doing. With
// `before 3` or `after 3` it kills itself at its third event, just before or after that is durable.
const [file = '', sessions = '', configFile = '', port = '', moment = '', at = ''] = process.argv.slice(2);
const guide = { ...(await loadGuide(file, { shippedDirectory: '/' })), shipped: true };
const { journal } = openSession({
  guide,
  target: 'test',
  sessions,
  by: 'app',
  version: '0',
  now: () => new Date(),
  salvage: false,
  ssh: null,
});
let events = 0;
const mortal: Journal = {
  ...journal,
  append(event) {
    events += 1;
    const isDue = events === Number(at);
    if (isDue && moment === 'before') process.kill(process.pid, 'SIGKILL');
    const durable = journal.append(event);
    if (isDue && moment === 'after') process.kill(process.pid, 'SIGKILL');
    return durable;
  },
};
const engine = createEngine({
  guide,
  journal: mortal,
  target: { host: '127.0.0.1', port: Number(port), configFile },
  connect,
  attemptsOn,
  attemptsHere: attemptsHere(),
  settings: { resolvers: [], systemResolvers: [], authorityPort: 53, authorities: [], queryTimeoutMs: 1_000 },
  clock: systemClock,
  secrets: new Map(),
});
engine.output.subscribe(({ bytes }) => process.stdout.write(`${bytes} bytes\n`));
await engine.proceed();
await engine.run('one');
process.stdout.write(`${engine.view.getState().checkpoints[0]?.state.kind}\n`);
await engine.close();
