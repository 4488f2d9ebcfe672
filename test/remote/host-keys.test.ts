import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { answering, aServer, connectTo } from './connecting.ts';

describe.skipIf(!sshdAvailable())('the host key of a server', () => {
  let server: Sshd;

  beforeEach(async () => {
    server = await startSshd();
  });
  afterEach(() => server.stop());

  const written = () => readFile(server.knownHosts, 'utf8');
  const name = () => `[127.0.0.1]:${server.port}`;

  it('is shown as OpenSSH shows it and asked about where it is unknown, and not written where it is refused', async () => {
    const { answer, asked } = answering({});
    await expect(connectTo(server, { answer })).rejects.toMatchObject({
      kind: 'host-key-unknown',
      sentence: expect.stringContaining(await server.fingerprint()),
    });
    const key = { type: 'ssh-ed25519', fingerprint: await server.fingerprint() };
    expect(asked).toEqual([{ kind: 'host-key', host: name(), key }]);
    expect(existsSync(server.knownHosts)).toBe(false);
  });

  it('is written as OpenSSH writes it once accepted, and never asked about again', async () => {
    const { answer, asked } = answering({ 'host-key': 'yes' });
    const connection = await connectTo(server, { answer });
    expect(connection.hostKey).toEqual({ type: 'ssh-ed25519', fingerprint: await server.fingerprint() });
    await connection.close();

    expect(await written()).toBe(`${name()} ${await server.hostKey()}\n`);
    expect((await stat(server.knownHosts)).mode & 0o777).toBe(0o600);
    await (await connectTo(server)).close();
    expect(asked).toHaveLength(1);
  });

  it('is refused by any answer but yes', async () => {
    const { answer } = answering({ 'host-key': 'no' });
    await expect(connectTo(server, { answer })).rejects.toMatchObject({ kind: 'host-key-unknown' });
  });

  it('is written where no directory was yet, which only its owner can read', async () => {
    const file = join(server.directory, 'fresh', '.ssh', 'known_hosts');
    const { answer } = answering({ 'host-key': 'yes' });
    const connection = await connectTo(server, { answer, config: [`UserKnownHostsFile ${file}`] });
    await connection.close();
    expect((await stat(join(server.directory, 'fresh', '.ssh'))).mode & 0o777).toBe(0o700);
    expect(await readFile(file, 'utf8')).toBe(`${name()} ${await server.hostKey()}\n`);
  });

  it('is written on a line of its own where the file has an unfinished one', async () => {
    await writeFile(server.knownHosts, `example.org ${await server.hostKey()}`);
    const { answer } = answering({ 'host-key': 'yes' });
    await (await connectTo(server, { answer })).close();
    expect((await written()).split('\n')).toHaveLength(3);
    await (await connectTo(server)).close();
  });

  it('is written hashed where HashKnownHosts is on, so that OpenSSH finds it', async () => {
    const { answer } = answering({ 'host-key': 'yes' });
    const config = ['HashKnownHosts yes'];
    await (await connectTo(server, { answer, config })).close();
    expect(await written()).toMatch(/^\|1\|[^|]+\|[^|]+ ssh-ed25519 \S+\n$/);
    const { stdout } = await execa('ssh-keygen', ['-F', name(), '-f', server.knownHosts]);
    expect(stdout).toContain(`found: line 1`);
    await (await connectTo(server, { config })).close();
  });

  it('is known by a line that ssh-keygen hashed', async () => {
    await server.trust();
    await execa('ssh-keygen', ['-H', '-f', server.knownHosts]);
    expect(await written()).toMatch(/^\|1\|/);
    await (await connectTo(server)).close();
  });

  it('is known from the second of several files', async () => {
    await server.trust();
    const other = join(server.directory, 'other known hosts');
    await writeFile(other, '');
    await (await connectTo(server, { config: [`UserKnownHostsFile "${other}" ${server.knownHosts}`] })).close();
  });

  it('is known from the file for all users', async () => {
    await server.trust();
    const config = [`GlobalKnownHostsFile ${server.knownHosts}`, 'UserKnownHostsFile /dev/null'];
    await (await connectTo(server, { config })).close();
  });

  it('is known by its name without a port, as OpenSSH has it', async () => {
    await writeFile(server.knownHosts, `127.0.0.1 ${await server.hostKey()}\n`);
    await (await connectTo(server)).close();
  });

  it('is looked up by its HostKeyAlias', async () => {
    await writeFile(server.knownHosts, `mail-one ${await server.hostKey()}\n`);
    await (await connectTo(server, { config: ['HostKeyAlias mail-one'] })).close();
  });

  it('stops everything where it has changed, and both fingerprints are told', async () => {
    await server.trust();
    const old = await server.fingerprint();
    const before = await written();
    await server.reinstall();
    const failure = connectTo(server);
    await expect(failure).rejects.toMatchObject({
      kind: 'host-key-changed',
      sentence: expect.stringContaining(old),
      remedy: expect.stringContaining('ssh-keygen -R'),
    });
    await expect(failure).rejects.toMatchObject({ sentence: expect.stringContaining(await server.fingerprint()) });
    expect(await written()).toBe(before);
  });

  it('stops everything where the host is known by another type of key only', async () => {
    await server.trust();
    await server.reinstall(['ecdsa']);
    await expect(connectTo(server)).rejects.toMatchObject({ kind: 'host-key-changed' });
  });

  it('is asked about where a reinstall is expected, and replaces only what this host was known by', async () => {
    const other = `example.org ${await server.hostKey()}`;
    await writeFile(server.knownHosts, `# mine\nalias,${name()} ${await server.hostKey()}\n${other}\nnot a line\n`);
    await execa('chmod', ['640', server.knownHosts]);
    const known = { type: 'ssh-ed25519', fingerprint: await server.fingerprint() };
    const oldKey = await server.hostKey();
    await server.reinstall();
    const key = { type: 'ssh-ed25519', fingerprint: await server.fingerprint() };

    const refusing = answering({});
    const refused = connectTo(server, { answer: refusing.answer, expectsReinstall: true });
    await expect(refused).rejects.toMatchObject({ kind: 'host-key-changed' });
    expect(refusing.asked).toEqual([{ kind: 'host-key-changed', host: name(), known, key }]);
    expect(await written()).toContain(`alias,${name()}`);

    const accepting = answering({ 'host-key-changed': 'yes' });
    await (await connectTo(server, { answer: accepting.answer, expectsReinstall: true })).close();
    expect(await written()).toBe(
      `# mine\nalias ${oldKey}\n${other}\nnot a line\n${name()} ${await server.hostKey()}\n`,
    );
    expect((await stat(server.knownHosts)).mode & 0o777).toBe(0o640);
    await (await connectTo(server)).close();
  });

  it('replaces it in the file that a symbolic link leads to', async () => {
    await server.trust();
    const link = join(server.directory, 'link');
    await symlink(server.knownHosts, link);
    await server.reinstall();
    const { answer } = answering({ 'host-key-changed': 'yes' });
    const config = [`UserKnownHostsFile ${link}`];
    await (await connectTo(server, { answer, config, expectsReinstall: true })).close();
    expect(await written()).toBe(`${name()} ${await server.hostKey()}\n`);
  });

  it('is refused where a line revokes it, also one for all hosts', async () => {
    await writeFile(server.knownHosts, `${name()} ${await server.hostKey()}\n@revoked * ${await server.hostKey()}\n`);
    await expect(connectTo(server)).rejects.toMatchObject({ kind: 'host-key-revoked' });
  });

  it('is refused where RevokedHostKeys lists it, as text or as a revocation list', async () => {
    await server.trust();
    const list = join(server.directory, 'revoked');
    const publicKey = join(server.directory, 'ssh_host_ed25519_key.pub');
    await writeFile(list, await readFile(publicKey));
    await expect(connectTo(server, { config: [`RevokedHostKeys ${list}`] })).rejects.toMatchObject({
      kind: 'host-key-revoked',
    });
    await execa('ssh-keygen', ['-k', '-f', `${list}.krl`, publicKey]);
    await expect(connectTo(server, { config: [`RevokedHostKeys ${list}.krl`] })).rejects.toMatchObject({
      kind: 'host-key-revoked',
    });
    await execa('ssh-keygen', ['-k', '-f', `${list}.empty`]);
    await (await connectTo(server, { config: [`RevokedHostKeys ${list}.empty`] })).close();
  });

  it('counts lines that cannot be read and never takes them for trust', async () => {
    await writeFile(server.knownHosts, `${name()} ssh-ed25519 AAAA!\n${name()} ssh-rsa\n${name()}\n`);
    await expect(connectTo(server, answering({}))).rejects.toMatchObject({
      kind: 'host-key-unknown',
      remedy: expect.stringContaining('3 lines'),
    });
  });

  it('is refused where known_hosts cannot be read', async () => {
    await mkdir(server.knownHosts);
    await expect(connectTo(server)).rejects.toMatchObject({
      kind: 'configuration',
      place: { file: server.knownHosts },
    });
  });

  it('is refused unasked under StrictHostKeyChecking yes and under BatchMode', async () => {
    for (const line of ['StrictHostKeyChecking yes', 'BatchMode yes']) {
      await expect(connectTo(server, { config: [line] })).rejects.toMatchObject({ kind: 'host-key-unknown' });
    }
  });

  it('is accepted unasked under accept-new, but not where it has changed', async () => {
    const config = ['StrictHostKeyChecking accept-new'];
    await (await connectTo(server, { config })).close();
    expect(await written()).toContain(await server.hostKey());
    await server.reinstall();
    await expect(connectTo(server, { config })).rejects.toMatchObject({ kind: 'host-key-changed' });
  });

  it('is asked about even under StrictHostKeyChecking no', async () => {
    const { answer, asked } = answering({});
    const config = ['StrictHostKeyChecking no'];
    await expect(connectTo(server, { answer, config })).rejects.toMatchObject({ kind: 'host-key-unknown' });
    expect(asked).toHaveLength(1);
  });

  it('takes back the question when the connecting is given up', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    let isTakenBack = false;
    const connecting = connectTo(server, {
      signal: controller.signal,
      answer: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            isTakenBack = true;
            reject(signal.reason);
          });
          controller.abort(reason);
        }),
    });
    await expect(connecting).rejects.toBe(reason);
    expect(isTakenBack).toBe(true);
  });

  it('lets a person take longer to compare it than a server may take to answer', async () => {
    const config = ['ConnectTimeout 1'];
    const connection = await connectTo(server, {
      config,
      answer: () => new Promise((resolve) => setTimeout(() => resolve('yes'), 1500)),
    });
    await connection.close();
  });
});

describe.skipIf(!sshdAvailable())('a server with several host keys', () => {
  it.each(['rsa', 'ecdsa', 'ed25519'] as const)('is known by its %s key alone', async (type) => {
    const server = await aServer({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
    await server.trust(type);
    const connection = await connectTo(server);
    expect(connection.hostKey.fingerprint).toBe(await server.fingerprint(type));
    await connection.close();
  });

  it('is verified again at every re-keying', async () => {
    const server = await aServer({ config: ['RekeyLimit 1M'] });
    const connection = await connectTo(server);
    const size = 8 * 1024 * 1024;
    const { stdout } = await connection.runScript(`head -c ${size} /dev/zero`, {
      signal: new AbortController().signal,
      limit: size,
    });
    expect(stdout.length).toBe(size);
    await connection.close();
  });
});
