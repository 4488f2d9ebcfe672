import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { DetachedAttempts } from '../../src/remote/attempts/detached-attempts.ts';
import { bundleProgram } from '../program.ts';
import { start } from '../remote/attempting.ts';
import { aServer, connectTo, unaborted } from '../remote/connecting.ts';
import { aGuideThatRuns, bytesOf, cut, printing, savedOutput } from '../session/a-long-action.ts';
import { aDirectory, openTestSession } from '../session/a-session.ts';
import { sshdAvailable } from '../sshd.ts';
import { fault, summed, type Toll, tollOfBytes, tollOfRuns } from './fault.ts';

/** How often the action of `aGuideThatRuns` ran. */
function runsIn(place: string): number {
  const file = join(place, 'ran');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

describe.skipIf(!sshdAvailable())('promise 3: an action survives us', () => {
  fault('the line is cut while output flows', { quick: 4, whole: 200 }, async (tries) => {
    const [server, place] = [await aServer(), aDirectory()];
    const bytesEach = 250_000;
    const guide = await aGuideThatRuns(place, printing(place, (tries * bytesEach) / 50));
    const session = await openTestSession({ guide, server, sessions: aDirectory() });
    await session.engine.proceed();
    const running = session.engine.run('one');
    for (let cuts = 0; cuts < tries; cuts += 1) {
      await bytesOf(session, Math.floor((cuts + Math.random()) * bytesEach));
      await cut(server);
    }
    await running;
    // The last cut may have met the look after it, which then could not see.
    await session.engine.verify('one');
    const isProven = session.state('one').kind === 'proven';
    const wronglyGreen = isProven && !existsSync(join(place, 'done')) ? 1 : 0;
    return summed([
      tollOfBytes(savedOutput(session), readFileSync(join(place, 'printed'))),
      tollOfRuns(runsIn(place)),
      { lost: isProven ? 0 : 1, doubled: 0, wronglyGreen },
    ]);
  });

  fault('sshd is ended and begun again in mid-action', { quick: 1, whole: 20 }, async (tries) => {
    const [server, place] = [await aServer(), aDirectory()];
    const bytesEach = 250_000;
    const guide = await aGuideThatRuns(place, printing(place, (tries * bytesEach) / 50));
    const session = await openTestSession({ guide, server, sessions: aDirectory() });
    await session.engine.proceed();
    const running = session.engine.run('one');
    for (let restarts = 0; restarts < tries; restarts += 1) {
      await bytesOf(session, Math.floor((restarts + Math.random()) * bytesEach));
      await server.halt();
      await server.begin();
    }
    await running;
    return summed([tollOfBytes(savedOutput(session), readFileSync(join(place, 'printed'))), tollOfRuns(runsIn(place))]);
  });
});

describe.skipIf(!sshdAvailable())('promise 2: kill -9 at any instant', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundleProgram(join(import.meta.dirname, '..', 'session', 'app.ts'));
  });
  afterAll(() => rmSync(dirname(program), { recursive: true }));

  // A run has seven: the guide pinned, the target seen, a look, the action intended, started and ended, a look.
  const moments = Array.from({ length: 14 }, (_, at) => [at % 2 === 0 ? 'before' : 'after', 1 + (at >> 1)] as const);

  /** Kills the app at an event of its journal, then goes on in another process: what was done, and is it true? */
  async function killedAt([moment, event]: readonly ['before' | 'after', number]): Promise<Toll> {
    const [server, place, sessions] = [await aServer(), aDirectory(), aDirectory()];
    const guide = await aGuideThatRuns(place, printing(place, 200));
    const words = [program, guide.file, sessions, await server.clientConfig(), String(server.port)];
    const app = spawn(process.execPath, [...words, moment, String(event)], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [, signal] = await once(app, 'exit');
    if (signal !== 'SIGKILL') throw new Error(`There is no event ${event} to be killed at.`);
    const session = await openTestSession({ guide, server, sessions });
    await session.engine.proceed();
    await session.engine.run('one');
    const isDone = existsSync(join(place, 'done'));
    const isProven = session.state('one').kind === 'proven';
    await session.close();
    return summed([
      tollOfRuns(runsIn(place)),
      { lost: isProven ? 0 : 1, doubled: 0, wronglyGreen: isProven && !isDone ? 1 : 0 },
    ]);
  }

  // In the quick part the moments around an action's start, where most can go wrong.
  fault('kill -9 of the app at an event of its journal', { quick: 2, whole: 112 }, async (tries) => {
    const tolls: Toll[] = [];
    const chosen = tries < moments.length ? moments.slice(6, 8) : moments;
    for (let count = 0; count < tries; count += 1) {
      tolls.push(await killedAt(chosen[count % chosen.length] ?? ['before', 1]));
    }
    return summed(tolls);
  });
});

describe.skipIf(!sshdAvailable())('promise 4: an attempt id runs at most once', () => {
  fault('two connections start one id at the same time', { quick: 5, whole: 100 }, async (tries) => {
    const server = await aServer();
    const runners = await Promise.all([connectTo(server), connectTo(server)]);
    const tolls: Toll[] = [];
    for (let count = 0; count < tries; count += 1) {
      const id = `contested-${count}`;
      const script = `echo ran >> "$HOME/${id}"`;
      const attempts = runners.map((connection) => new DetachedAttempts(connection));
      await Promise.allSettled(attempts.map((each) => start(each, script, { id })));
      await attempts[0]?.follow(id, 0, () => undefined, unaborted);
      tolls.push(tollOfRuns(readFileSync(join(server.home, id), 'utf8').split('\n').length - 1));
    }
    await Promise.all(runners.map((connection) => connection.close()));
    return summed(tolls);
  });
});
