import { PassThrough } from 'node:stream';
import type { RemoteShell } from '../../src/remote/connection.ts';
import { sessionUi } from '../../src/ui/open.tsx';
import { EngineDouble } from './engine-double.ts';
import { aSessionView } from './smtp-session.ts';

/** A session's screens in a process of their own, which then ends in the way that its argument says. */
const way = process.argv[2] ?? '';
const engine = new EngineDouble(aSessionView());
engine.shell = anEchoingShell();

const ended = sessionUi(engine, {
  onApp: (app) => {
    void app.flush().then(() => setImmediate(end));
  },
});
await ended;
process.stdout.write(`ended: ${engine.asked.join(', ')}\n`);

function end(): void {
  switch (way) {
    case 'SIGTERM':
    case 'SIGHUP':
    case 'SIGINT':
      process.kill(process.pid, way);
      break;
    case 'throw':
      throw new Error('a mistake of ours');
    case 'reject':
      void Promise.reject(new Error('a mistake of ours'));
      break;
    case 'exit':
      process.exit(5);
      break;
    default:
      // Keys come from the terminal.
      break;
  }
}

/** Says what it is sent, in capitals, and ends at a line that says exit. */
function anEchoingShell(): RemoteShell {
  const stream = new PassThrough();
  let onEnd: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  let typed = '';
  stream._transform = (chunk: Buffer, _encoding, done) => {
    typed += chunk.toString();
    done(null, `[shell got ${JSON.stringify(chunk.toString())}]`);
    if (typed.includes('exit')) onEnd();
  };
  return { stream, resize: () => undefined, ended };
}
