import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, freePort, killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { answering, aServer, connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable())('a server behind others', () => {
  let gate: Sshd;
  let target: Sshd;

  beforeAll(async () => {
    [gate, target] = await Promise.all([startSshd(), startSshd()]);
    await target.trust();
    await gate.trust();
  });
  afterAll(async () => {
    await gate.stop();
    await target.stop();
  });

  // Every hop has settings of its own, in one file.
  const viaGate = () => [
    'Host gate',
    'HostName 127.0.0.1',
    `Port ${gate.port}`,
    `IdentityFile ${gate.identity}`,
    `UserKnownHostsFile ${gate.knownHosts}`,
    'Host *',
  ];

  it('is reached over a jump host of the configuration, which has its own key and settings', async () => {
    const connection = await connectTo(target, {
      config: [...viaGate(), 'Match originalhost 127.0.0.1', 'ProxyJump gate'],
    });
    const { stdout } = await connection.runScript('echo "$SSH_CONNECTION"', { signal: unaborted });
    expect(text(stdout)).toContain(` ${target.port}`);
    await connection.close();
    await expect.poll(() => gate.connectionPids()).toEqual([]);
  });

  it('is reached by -J, over two hops', async () => {
    const second = await aServer();
    const config = [
      ...viaGate(),
      'Host second',
      'HostName 127.0.0.1',
      `Port ${second.port}`,
      `IdentityFile ${second.identity}`,
      `UserKnownHostsFile ${second.knownHosts}`,
      'Host *',
    ];
    const connection = await connectTo(target, { config, target: { jump: 'gate,second' } });
    expect(await second.connectionPids()).not.toEqual([]);
    expect(await gate.connectionPids()).not.toEqual([]);
    const size = 5 * 1024 * 1024;
    const { stdout } = await connection.runScript(`head -c ${size} /dev/zero`, { signal: unaborted, limit: size });
    expect(stdout.length).toBe(size);
    await connection.close();
  });

  it('is not reached where the jump host’s key is unknown, nor by any key of the target’s', async () => {
    const { answer, asked } = answering({});
    const config = ['Host gate', `UserKnownHostsFile ${target.knownHosts}`, ...viaGate()];
    await expect(connectTo(target, { config, answer, target: { jump: 'gate' } })).rejects.toMatchObject({
      kind: 'host-key-unknown',
    });
    expect(asked).toMatchObject([{ kind: 'host-key', host: `[127.0.0.1]:${gate.port}` }]);
    await expect.poll(() => gate.connectionPids()).toEqual([]);
  });

  it('is verified itself, also behind a jump host that is trusted', async () => {
    const { answer, asked } = answering({});
    const config = [...viaGate(), 'UserKnownHostsFile /dev/null'];
    await expect(connectTo(target, { config, answer, target: { jump: 'gate' } })).rejects.toMatchObject({
      kind: 'host-key-unknown',
    });
    expect(asked).toMatchObject([{ kind: 'host-key', host: `[127.0.0.1]:${target.port}` }]);
    await expect.poll(() => gate.connectionPids()).toEqual([]);
  });

  it('may be installed anew, but not its jump host', async () => {
    const jump = await aServer();
    await jump.reinstall();
    const config = ['Host gate', `Port ${jump.port}`, `UserKnownHostsFile ${jump.knownHosts}`, ...viaGate()];
    await expect(connectTo(target, { config, target: { jump: 'gate' }, expectsReinstall: true })).rejects.toMatchObject(
      { kind: 'host-key-changed' },
    );
  });

  it('is lost when its jump host is', async () => {
    const jump = await aServer();
    const config = [
      'Host gate',
      `Port ${jump.port}`,
      `IdentityFile ${jump.identity}`,
      `UserKnownHostsFile ${jump.knownHosts}`,
      ...viaGate(),
    ];
    const connection = await connectTo(target, { config, target: { jump: 'gate' } });
    await jump.stop();
    await expect(connection.lost).resolves.not.toBe('');
    expect((await connection.runScript('true', { signal: unaborted })).end).toMatchObject({ kind: 'lost' });
    await connection.close();
  });

  it('can be closed although its jump host stands still', async () => {
    const jump = await aServer();
    const config = [
      'Host gate',
      `Port ${jump.port}`,
      `IdentityFile ${jump.identity}`,
      `UserKnownHostsFile ${jump.knownHosts}`,
      ...viaGate(),
    ];
    const connection = await connectTo(target, { config, target: { jump: 'gate' } });
    for (const pid of await jump.connectionPids()) killIfThere(pid, 'SIGSTOP');
    await connection.close();
    await expect(connection.lost).resolves.not.toBe('');
  });

  it('tells what the jump host says where it cannot connect on', async () => {
    const port = await freePort();
    const connecting = connectTo(target, { config: viaGate(), target: { jump: 'gate', port } });
    await expect(connecting).rejects.toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('The jump host gate could not connect'),
    });
  });

  it('tells that the jump host forbids it', async () => {
    const closed = await aServer({ config: ['AllowTcpForwarding no'] });
    const config = [
      'Host gate',
      `Port ${closed.port}`,
      `IdentityFile ${closed.identity}`,
      `UserKnownHostsFile ${closed.knownHosts}`,
      ...viaGate(),
    ];
    await expect(connectTo(target, { config, target: { jump: 'gate' } })).rejects.toMatchObject({
      kind: 'configuration',
      remedy: expect.stringContaining('AllowTcpForwarding'),
    });
  });

  it('is not looked for in circles', async () => {
    const config = ['Host a', 'ProxyJump b', 'Host b', 'ProxyJump a', 'Host *'];
    await expect(connectTo(target, { config, target: { jump: 'a' } })).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining('more than 8 jump hosts'),
    });
  });

  it('is reached through a program, which is ended with the connection', async () => {
    const relay = join(target.directory, 'relay.mjs');
    await writeFile(
      relay,
      `import net from 'node:net';
const socket = net.connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
`,
    );
    const config = [`ProxyCommand ${process.execPath} ${relay} %h %p`];
    const before = await childrenOf(process.pid);
    const connection = await connectTo(target, { config });
    const { end } = await connection.runScript('exit 3', { signal: unaborted });
    expect(end).toEqual({ kind: 'exited', status: 3 });
    await connection.close();
    await expect.poll(() => childrenOf(process.pid)).toEqual(before);
  });

  it('tells what the program says where it fails', async () => {
    const config = ['ProxyCommand echo "no way to %h" >&2; exit 1'];
    await expect(connectTo(target, { config })).rejects.toMatchObject({
      kind: 'lost',
      sentence: expect.stringContaining('no way to 127.0.0.1'),
    });
  });
});
