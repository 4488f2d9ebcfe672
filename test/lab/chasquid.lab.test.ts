import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { chasquidSteps, prepareServer, type ShellFault, timesOn, untilSettled, whileBroken } from './chasquid-steps.ts';
import { publishName, publishReverseNames, type Stage, setStage } from './first-checkpoints.ts';
import { type Called, type Looked, type Rehearsal, rehearse } from './part-of-guide.ts';
import { changesBetween, tracesOn } from './traces.ts';

const domain = '/etc/chasquid/domains/example.com';
const [install, naming, status] = chasquidSteps;

/** What can be broken, which step must fail, and what its remedy must say. */
interface NamedFault extends ShellFault {
  readonly step: string;
  readonly seen: RegExp;
  readonly remedy: RegExp;
}

const usersOfRoot: NamedFault = {
  what: 'a users file that belongs to root',
  breaks: `install -m 0600 /dev/null ${domain}/users`,
  mends: `rm ${domain}/users`,
  step: status,
  seen: /users.*permission denied/,
  remedy: /chown -R chasquid:chasquid \/etc\/chasquid\/domains/,
};

/** Only where chasquid signs by itself, from 1.14 on. */
const signingKeyOfRoot: NamedFault = {
  what: 'a key for signing that chasquid may not read',
  breaks: `(umask 077; openssl genpkey -algorithm ed25519 -out ${domain}/dkim:pigeon.pem)`,
  mends: `rm ${domain}/dkim:pigeon.pem`,
  step: status,
  seen: /DKIM loading error.*permission denied/,
  remedy: /chown chasquid:chasquid .*dkim:/,
};

const faults: readonly NamedFault[] = [
  usersOfRoot,
  signingKeyOfRoot,
  {
    what: 'a socket under a name that chasquid does not know',
    breaks: `mkdir /run/systemd/system/chasquid-smtp.socket.d
printf '[Socket]\\nFileDescriptorName=mail\\n' >/run/systemd/system/chasquid-smtp.socket.d/fault.conf`,
    mends: 'rm -r /run/systemd/system/chasquid-smtp.socket.d',
    step: status,
    seen: /No SMTP addresses/,
    remedy: /systemctl restart chasquid-smtp\.socket chasquid/,
  },
  {
    what: 'a setting that chasquid does not know',
    breaks: 'cp -p /etc/chasquid/chasquid.conf /run/kept; echo "colour: 3" >>/etc/chasquid/chasquid.conf',
    mends: 'mv /run/kept /etc/chasquid/chasquid.conf',
    step: status,
    seen: /unknown field: colour/,
    remedy: /Take the line that is named out of/,
  },
  {
    what: 'a private key that chasquid may not read',
    breaks: 'chmod 0600 /etc/chasquid/certs/smtp.example.com/privkey.pem',
    mends: 'chmod 0640 /etc/chasquid/certs/smtp.example.com/privkey.pem',
    step: install,
    seen: /chasquid may not read .*privkey\.pem/,
    remedy: /brevduva-install-certificate smtp\.example\.com/,
  },
  {
    what: 'the name of another server',
    breaks: `cp -p /etc/chasquid/chasquid.conf /run/kept
sed -i 's/^hostname: .*/hostname: "mail.example.org"/' /etc/chasquid/chasquid.conf`,
    mends: 'mv /run/kept /etc/chasquid/chasquid.conf',
    step: naming,
    seen: /sets the name mail\.example\.org/,
    remedy: /sets smtp\.example\.com/,
  },
];

/**
 * What the guide must say of Debian's own package of each suite, and what is broken there. The newest is the same one on
 * both, so that once will do.
 */
const versions = [
  {
    suite: 'bookworm',
    saidOfOwn: /^chasquid 1\.11\S* accepts smuggled messages .*1\.19 is mended$/,
    inNewest: faults,
    inOwn: usersOfRoot,
  },
  {
    suite: 'trixie',
    saidOfOwn: /^chasquid 1\.15\S* gets no mail from Outlook .*1\.19 is mended$/,
    inNewest: [],
    inOwn: signingKeyOfRoot,
  },
] as const;

// The tests of one suite are one story: each goes on where the one before it stopped. The part with the newest is passed
// over where there is none.
const newest = inject('noSidHere') === '';
describe.skipIf(inject('noLabHere') !== '').each(versions)(
  'chasquid on $suite',
  ({ suite, saidOfOwn, inNewest, inOwn }) => {
    let stage: Stage;
    let rehearsal: Rehearsal;
    let bare: string;
    const run = (choice: string, until: string = status) =>
      rehearsal.call(['run', '--yes', '--until', until], '--set', `chasquid=${choice}`);
    const check = (choice: string) => rehearsal.call(['check'], '--set', `chasquid=${choice}`);
    const runScript = (step: string, role: 'run' | 'undo') =>
      rehearsal.script(step, role, { environment: { CHASQUID: 'newest' } });
    const seenOf = (said: Called, step: string): Looked['evidence'][number] | undefined =>
      said.told.get(step)?.evidence.find(({ probe }) => probe === 'sh verify');
    const statesIn = (said: Called, steps: readonly string[]) =>
      steps.map((step) => [step, said.told.get(step)?.state.kind]);

    beforeAll(async () => {
      stage = await setStage(suite);
      await publishName(stage.world);
      await publishReverseNames(stage.world);
      await prepareServer(stage.vps);
      rehearsal = await rehearse(stage, { steps: chasquidSteps });
    });
    afterAll(() => stage?.remove());

    it('finds none of the steps true before', async () => {
      const seen = await check('newest');
      // not before: the first login starts a service
      bare = await tracesOn(stage.vps);

      expect(statesIn(seen, chasquidSteps)).toEqual([
        [install, 'todo'],
        [naming, 'blocked'],
        [status, 'blocked'],
      ]);
    });

    it.runIf(newest)('installs the newest from Debian’s archive, names it, and sees it run', async () => {
      const said = await run('newest');

      expect(statesIn(said, chasquidSteps), said.printed).toEqual(chasquidSteps.map((step) => [step, 'proven']));
      expect(seenOf(said, install)?.observed).toMatch(/^chasquid 1\.19\.\S+, which serves example\.com and can read/);
      expect(seenOf(said, status)?.observed).toMatch(/^active for \d+ s; .* the mail log is in the journal$/);
    });

    it.runIf(newest)('lets nothing else come from there', async () => {
      const { out } = await stage.vps.exec('apt-get', ['-s', 'dist-upgrade']);

      expect(out.split('\n').filter((line) => line.startsWith('Inst '))).toEqual([]);
    });

    it.runIf(newest)('says nothing and changes nothing when each action is run again', async () => {
      const before = await timesOn(stage.vps);
      const traces = await tracesOn(stage.vps);

      const said = [];
      for (const step of chasquidSteps) said.push(await runScript(step, 'run'));

      expect(said).toEqual(['', '', '']);
      expect(await timesOn(stage.vps)).toBe(before);
      expect(changesBetween(traces, await tracesOn(stage.vps))).toEqual([]);
    });

    it.runIf(newest).each(inNewest)('names $what', async (fault) => {
      const said = await whileBroken(stage.vps, fault, async () => {
        await untilSettled(stage.vps);
        return check('newest');
      });

      const evidence = seenOf(said, fault.step);
      expect(statesIn(said, [fault.step]), said.printed).toEqual([[fault.step, 'failed']]);
      expect([evidence?.verdict, evidence?.observed]).toEqual(['false', expect.stringMatching(fault.seen)]);
      expect(evidence?.remedy).toMatch(fault.remedy);
    });

    it.runIf(newest)('starts it where it was stopped and forbidden', async () => {
      await stage.vps.exec('systemctl', ['disable', '--now', 'chasquid.service']);
      await stage.vps.exec('systemctl', ['mask', '--now', 'chasquid-smtp.socket']);

      await runScript(status, 'run');

      const units = ['chasquid.service', 'chasquid-smtp.socket', 'chasquid-submission.socket'];
      expect((await stage.vps.exec('systemctl', ['is-active', ...units])).out).toBe('active\nactive\nactive');
      expect((await stage.vps.exec('systemctl', ['is-enabled', 'chasquid.service'])).out).toBe('enabled');
    });

    it.runIf(newest)('leads back by undo to the bare server, and keeps what others added', async () => {
      await stage.vps.exec('sh', ['-c', `echo 'i: you@example.org' >${domain}/aliases`]);

      await runScript(naming, 'undo');
      expect(seenOf(await check('newest'), naming)?.observed).toMatch(/sets no name/);
      const said = await runScript(install, 'undo');

      // useradd(8) and userdel(8) keep what was before them in files with a dash
      const changes = changesBetween(bare, await tracesOn(stage.vps)).filter((line) => !/ \/etc\/\w+-( |$)/.test(line));
      expect(changes).toEqual([]);
      const archive = /\/var\/backups\/brevduva\/chasquid-\S+\.tar\.gz/.exec(said)?.[0] ?? '';
      const kept = await stage.vps.exec('tar', ['-xzOf', archive, `${domain.slice(1)}/aliases`]);
      expect(kept.out).toBe('i: you@example.org');
      expect(seenOf(await check('newest'), install)?.observed).toBe('chasquid is not installed');
    });

    it('installs the distribution’s own where that is wanted, and warns of it', async () => {
      const said = await run('distribution');

      const states = chasquidSteps.map((step) => said.told.get(step)?.state);
      expect(states, said.printed).toEqual([
        expect.objectContaining({ kind: 'proven', warning: true }),
        expect.objectContaining({ kind: 'proven', warning: false }),
        expect.objectContaining({ kind: 'proven', warning: false }),
      ]);
      expect(seenOf(said, install)?.observed).toMatch(saidOfOwn);
      expect(seenOf(said, install)?.remedy).toMatch(/the value newest/);
    });

    it.each([inOwn])('names $what in that version too', async (fault) => {
      const said = await whileBroken(stage.vps, fault, async () => {
        await untilSettled(stage.vps);
        return check('distribution');
      });

      expect(seenOf(said, fault.step)?.observed).toMatch(fault.seen);
      expect(seenOf(said, fault.step)?.remedy).toMatch(fault.remedy);
    });

    it.runIf(newest)('brings that one to the newest, and keeps its settings', async () => {
      const said = await run('newest', naming);

      expect(statesIn(said, [install, naming]), said.printed).toEqual([
        [install, 'proven'],
        [naming, 'proven'],
      ]);
      expect(seenOf(said, install)?.observed).toMatch(/^chasquid 1\.19\./);
    });
  },
);
