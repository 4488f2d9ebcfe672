import { join } from 'node:path';
import { connect } from '../src/remote/connect.ts';
import { startSshd } from '../test/sshd.ts';
import { pairedRatio, report, runTook, took } from './measure.ts';

// One command on an open connection, against one on an open OpenSSH ControlMaster.
const server = await startSshd();
await server.trust();
const configFile = await server.clientConfig();
const signal = new AbortController().signal;
const connection = await connect({
  target: { host: '127.0.0.1', port: server.port, configFile },
  answer: async () => null,
  signal,
  expectsReinstall: false,
});
const ssh = ['-F', configFile, '-p', String(server.port), '-S', join(server.directory, 'control')];
await runTook('ssh', [...ssh, '-M', '-N', '-f', '127.0.0.1']);
const { a, b, ratio } = await pairedRatio(
  () => took(() => connection.runScript('true\n', { signal })),
  () => runTook('ssh', [...ssh, '127.0.0.1', 'true']),
  40,
);
report('exec / ControlMaster exec', ratio, { atMost: 1.5 }, `${a.toFixed(1)} ms against ${b.toFixed(1)} ms`);
await runTook('ssh', [...ssh, '-O', 'exit', '127.0.0.1']);
await connection.close();
await server.stop();
