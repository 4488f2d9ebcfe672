import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BackupStage, domain, setBackupStage, token } from './backup-stage.ts';
import { changesBetween, tracesOn } from './traces.ts';
import type { Server } from './world/server.ts';

const repository = '/root/mail-backup';

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('a copy of the configuration', () => {
  let stage: BackupStage;
  let remote: readonly string[];
  let bare: string;
  let gitHost: Server;
  const look = (...settings: readonly string[]) => stage.rehearsal.look('backup-conf', ...settings);
  const run = (...settings: readonly string[]) => stage.rehearsal.run('backup-conf', ...settings);
  const shell = (lines: string) => stage.rehearsal.shell(lines);
  const git = (words: string) => shell(`git -C ${repository} ${words}`);
  const atRemote = (...words: readonly string[]) => stage.atRemote(...words);

  beforeAll(async () => {
    stage = await setBackupStage();
    remote = stage.remote;
    bare = await tracesOn(stage.vps);
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('is missing at first', async () => {
    const { state, untrue } = await look();
    expect(state).toBe('todo');
    expect(untrue).toEqual([expect.stringMatching(/: false: (git is not installed|there is no repository)/)]);
  });

  it('is made on the server alone where no remote is given, and that is a warning', async () => {
    const { state, untrue, printed } = await run();
    expect(state, printed).toBe('proven');
    expect(untrue).toEqual([
      expect.stringMatching(/: warning: [0-9a-f]{7} on this server alone, and 4 secret files are kept nowhere/),
    ]);
    expect(untrue[0]).toMatch(/Give backup_remote, .* Give backup_recipient/);
    expect((await git('ls-files')).split('\n')).toEqual([
      'README.md',
      'etc/chasquid/chasquid.conf',
      'etc/chasquid/domains/example.com/aliases',
      'etc/chasquid/hooks/post-data',
      'etc/hostname',
      'etc/hosts',
    ]);
  });

  it('asks to be let in at a remote, by a key of its own, and is told apart from one that does not answer', async () => {
    expect((await look(...remote)).untrue.join()).toMatch(/: false: the secrets are not in it/);
    expect((await run(...remote)).printed).toMatch(/Connection refused/);
    const away = await look(...remote);
    expect(away.state).toBe('unknown');
    expect(away.untrue.join()).toMatch(/the remote does not answer now, so what it has is not known: .*refused/);

    const server = await stage.startGitHost('first');
    const { state, printed, untrue } = await run(...remote);
    expect(state).toBe('failed');
    const key = await shell('cat /root/.ssh/brevduva-backup.pub');
    expect(printed).toContain(`deploy key that may write, and run this again`);
    expect(printed).toContain(key);
    expect(untrue.join()).toContain(`as a deploy key that may write: ${key}`);
    await stage.letIn(key);
    await server.stop();
  });

  it('is at the remote, its secrets encrypted, once it is let in', async () => {
    gitHost = await stage.startGitHost('first');
    const { state, untrue, printed, evidence } = await run(...remote);
    expect(state, printed).toBe('proven');
    expect(untrue).toEqual([]);
    expect(evidence[0]?.observed).toMatch(/^[0-9a-f]{7} here and at the remote, commits: 2, 4 secret files encrypted$/);
    expect(await atRemote('rev-parse', 'main')).toBe(await git('rev-parse HEAD'));
    const read = `git -C ${repository} show HEAD:secrets.age | age -d -i /var/tmp/private | tar -xzO`;
    const read1 = await shell(`${read} root/.acme.sh/account.conf ${domain.slice(1)}/users`);
    expect(read1).toContain(token);
    expect(read1).toContain('scrypt');
    expect((await atRemote('log', '--all', '-p', '--binary')).length).toBeGreaterThan(1_000);
    expect(await atRemote('log', '--all', '-p')).not.toMatch(new RegExp(`${token}|scrypt|PRIVATE KEY`));
  });

  it('is not touched by a second run, nor by the night', async () => {
    const before = [await tracesOn(stage.vps), await git('rev-parse HEAD')];
    const { state } = await run(...remote);
    expect(state).toBe('proven');
    expect(await shell('/usr/local/sbin/brevduva-backup')).toBe('');
    await shell('systemctl start brevduva-backup.service');
    expect([await tracesOn(stage.vps), await git('rev-parse HEAD')]).toEqual(before);
  });

  it('is not given to a host that shows another key than at first', async () => {
    await gitHost.stop();
    gitHost = await stage.startGitHost('second');
    const { state, untrue } = await look(...remote);
    expect(state).toBe('failed');
    expect(untrue.join()).toMatch(/another key than at first \| Ask its owner whether it was changed/);
    await gitHost.stop();
    gitHost = await stage.startGitHost('first');
    expect((await look(...remote)).state).toBe('proven');
  });

  it('is old where something changed, until the night or a run takes it', async () => {
    await shell(`echo 'sales: i@example.com' >>${domain}/aliases`);
    expect((await look(...remote)).untrue.join()).toMatch(/false: changed since it was copied: .*aliases/);
    await shell('systemctl start brevduva-backup.service');
    expect((await look(...remote)).state).toBe('proven');
    expect(await git('show --format= --name-only HEAD')).toBe('etc/chasquid/domains/example.com/aliases');

    await shell('chasquid-util user-add u@example.com --password=another-one');
    expect((await look(...remote)).untrue.join()).toMatch(/false: the secrets, or the key .* changed since/);
    expect((await run(...remote)).state).toBe('proven');
    expect(await git('show --format= --name-only HEAD')).toBe('secrets.age');
  });

  it('encrypts what may be in the clear too, where a token is in it', async () => {
    await shell('echo "API_TOKEN=q8Zr2mVx91Lk" >>/etc/chasquid/hooks/post-data');
    expect((await run(...remote)).state).toBe('proven');
    expect(await git('ls-files etc/chasquid/hooks')).toBe('');
    expect(await atRemote('log', '--all', '-p')).not.toContain('q8Zr2mVx91Lk');
  });

  /** What somebody puts in by hand, under a name that tells nothing; each is found by what it holds. */
  const leaks: readonly (readonly [string, string])[] = [
    ['the senders’ hashes', `cp ${domain}/users note`],
    ['a hash alone', `grep -o 'encrypted: .*' ${domain}/users | head -n 1 | cut -d '"' -f 2 >note`],
    ['the key for signing', `cp ${domain}/dkim:* note`],
    ['its third line alone', `sed -n 3p ${domain}/dkim:* >note`],
    ['that key in base64', `base64 -w 0 ${domain}/dkim:* >note`],
    ['the key of the account', 'cp /root/.acme.sh/ca/authority/directory/account.key note'],
    ['the token of the DNS provider', 'cp /root/.acme.sh/account.conf note'],
    ['that token in a sentence', `echo "it is ${token}, keep it" >note`],
    ['somebody else’s SSH key', 'ssh-keygen -q -t rsa -N "" -f note && rm note.pub'],
    ['the private key of age', 'cp /var/tmp/private note'],
    ['a login’s hash', 'echo "root:\\$y\\$j9T\\$eW91IGZvdW5kIGl0\\$abc:19000::::::" >note'],
    ['a token of a git host', 'echo "https://x:ghp_0123456789abcdefghij0123456789abcdef@example.net" >note'],
    ['a password in a setting', "echo 'smtp_password = hunter2hunter2' >note"],
  ];
  /** Commits it, and takes it away in the next commit. */
  const commitLeak = (planting: string, name: string) =>
    shell(`cd ${repository} && ${planting} && mv note ${name} && git add ${name} && git commit -qm 'A note' &&
      git rm -q ${name} && git commit -qm 'Not needed'`);
  /** Several at once, for each is told by its own name; a look names the first five. */
  const batches = [leaks.slice(0, 5), leaks.slice(5, 10), leaks.slice(10)].map((batch) => ({
    what: batch.map(([what]) => what).join(', '),
    batch: batch.map(([, planting], position) => ({ planting, name: `note-${position}` })),
  }));
  it.each(batches)('is refused, and pushed nowhere, where there was committed $what', async ({ batch }) => {
    const [head, pushed] = [await git('rev-parse HEAD'), await atRemote('rev-parse', 'main')];
    for (const { planting, name } of batch) await commitLeak(planting, name);
    const looked = await look(...remote);
    const night = await shell('/usr/local/sbin/brevduva-backup');
    const after = await atRemote('rev-parse', 'main');
    await git(`reset -q --hard ${head}`);

    expect(looked.state).toBe('failed');
    expect(looked.untrue.join()).toMatch(
      /: false: a secret is in the clear in the history: note-\d \(commit [0-9a-f]{7}\).* \| Take what it opens out of use/,
    );
    expect(night).toMatch(/^There is a secret in the clear, and so nothing is committed or pushed/);
    for (const { name } of batch) {
      expect(looked.untrue.join()).toMatch(new RegExp(`${name} \\(commit [0-9a-f]{7}\\)`));
      expect(night).toMatch(new RegExp(`^${name} \\(commit [0-9a-f]{7}\\)$`, 'm'));
    }
    expect(after).toBe(pushed);
  });

  it('is refused by a run too', async () => {
    const [head, pushed] = [await git('rev-parse HEAD'), await atRemote('rev-parse', 'main')];
    await commitLeak(`cp ${domain}/users note`, 'a-note');
    const { state, printed } = await run(...remote);
    const after = await atRemote('rev-parse', 'main');
    await git(`reset -q --hard ${head}`);

    expect(state).toBe('failed');
    expect(printed).toContain('There is a secret in the clear, and so nothing is committed or pushed');
    expect(after).toBe(pushed);
  });

  it('is refused where a secret is in a message, in a tag or only added', async () => {
    const head = await git('rev-parse HEAD');
    await shell(`cd ${repository} && git commit -q --allow-empty -m 'token: ${token}'`);
    expect((await look(...remote)).untrue.join()).toMatch(/a secret is in the clear .*: a message or a name/);
    await git(`reset -q --hard ${head}`);

    await shell(`cd ${repository} && git tag spare "$(git commit-tree -m '${token}' HEAD:)"`);
    expect((await look(...remote)).state).toBe('failed');
    await git('tag -d spare');

    await shell(`cd ${repository} && cp ${domain}/users note && git add note`);
    expect((await look(...remote)).untrue.join()).toMatch(/there is what is not committed: note/);
    expect(await shell('/usr/local/sbin/brevduva-backup')).toMatch(/^There is a secret .*\nnote \(not committed yet\)/);
    await git(`reset -q --hard ${head}`);
    expect((await look(...remote)).state).toBe('proven');
  });

  it('is seen to have been pushed with a secret, and begins anew as the remedy says', async () => {
    await shell(`cd ${repository} && cp ${domain}/users note && git add note && git commit -qm 'A note' &&
      git push -q origin main`);
    const { state, untrue } = await look(...remote);
    expect(state).toBe('failed');
    expect(untrue.join()).toMatch(/note \(commit [0-9a-f]{7}\); and the remote has it/);

    await shell(`rm -r ${repository}`);
    await stage.emptyRemote();
    expect((await run(...remote)).state).toBe('proven');
  });

  /** What else can be wrong with it later: how it is broken, what is seen then, how it is mended. */
  const faults: readonly (readonly [string, string, RegExp, string])[] = [
    ['the timer is off', 'systemctl disable -q --now brevduva-backup.timer', /timer .* is off/, ''],
    ['the program is gone', 'rm /usr/local/sbin/brevduva-backup', /brevduva-backup is missing/, ''],
    ['a file lies about', `: >${repository}/todo`, /not committed: todo/, `rm ${repository}/todo`],
    [
      'a commit is not at the remote',
      `git -C ${repository} commit -q --allow-empty -m x`,
      /the remote has [0-9a-f]/,
      '',
    ],
    [
      'the secrets are in no archive',
      `git -C ${repository} rm -q secrets.age && git -C ${repository} commit -qm x`,
      /the secrets are not in it/,
      '',
    ],
  ];
  it.each(faults)('is seen to be wrong, and mended, where %s', async (_fault, breaking, seen, mending) => {
    await shell(breaking);
    expect((await look(...remote)).untrue.join()).toMatch(seen);
    await shell(mending);
    const { state, printed, untrue } = await run(...remote);
    expect(state, `${untrue.join()} ${printed}`).toBe('proven');
  });

  it('refuses a private key where the public one belongs, and an address with a password in it', async () => {
    const secret = (await readFile(join(stage.vps.root, 'var/tmp/private'), 'utf8')).match(/AGE-SECRET-KEY-\S+/)?.[0];
    expect((await run(...remote, '--set', `backup_recipient=${secret}`)).printed).toContain('the private half');
    const { printed } = await run('--set', 'backup_remote=https://me:hunter2@example.net/x.git');
    expect(printed).toContain('No password may stand in backup_remote');
  });

  it('is gone after undo, but for what the remote has', async () => {
    await run(...remote);
    const said = await stage.rehearsal.undo('backup-conf');
    expect(said.status, said.err).toBe(0);
    expect((await look(...remote)).untrue.join()).toMatch(/there is no repository/);
    // The package git stays, with what it brings.
    const ofGit = /package |\/git|\/perl|ld\.so\.cache|bash_completion|service user@0|chasquid/;
    const left = changesBetween(bare, await tracesOn(stage.vps)).filter((line) => !ofGit.test(line));
    expect(left).toEqual([]);
    expect(await atRemote('rev-parse', 'main')).toMatch(/^[0-9a-f]{40}$/);
  });
});
