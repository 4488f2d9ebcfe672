import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type DeliveryStage, sender, setDeliveryStage } from './delivery-stage.ts';
import type { Looked, Rehearsal } from './part-of-guide.ts';
import { changesBetween, tracesOn } from './traces.ts';

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('mail that leaves and comes', () => {
  let stage: DeliveryStage;
  let rehearsal: Rehearsal;
  /** The words that let Brevduva look into the mailbox. */
  let mailbox: readonly string[];

  beforeAll(async () => {
    stage = await setDeliveryStage({ steps: ['receive-mail', 'gmail-send-as', 'send-test'] });
    rehearsal = stage.rehearsal;
    const { folder } = stage.lab.network;
    const password = join(folder, 'mailbox-password');
    await writeFile(password, `${stage.world.gmail.mailbox.password}\n`, { mode: 0o600 });
    mailbox = ['--set', 'mailbox=alice@gmail.com', '--secret-file', `mailbox_password=${password}`];
  });
  afterAll(async () => {
    await stage?.remove();
  });

  /** The messages that are in the lab's Gmail; a look moves them from `new` to `cur`. */
  const arrived = async () => {
    const maildir = join(stage.lab.network.folder, 'gmail/mail/alice@gmail.com');
    return (await Promise.all(['new', 'cur'].map((part) => readdir(join(maildir, part))))).flat();
  };
  const seen = ({ evidence }: Looked, probe: string) => evidence.find((one) => one.probe === `mail message ${probe}`);

  const forwarding = ['--set', 'forward_to=alice@gmail.com'];
  const aliases = '/etc/chasquid/domains/example.com/aliases';

  describe('mail that is passed on', () => {
    it('goes to nobody while it is not said to whom', async () => {
      const { state, printed } = await rehearsal.run('receive-mail');
      expect(state).toBe('failed');
      expect(printed).toMatch(/Where shall the mail go\? Give the input forward_to/);
      expect(await rehearsal.shell(`cat ${aliases}`)).toMatch(/No such file/);
    });

    it('is taken for every address and arrives, but is not proven without the MX record', async () => {
      const own = 'bob: alice@gmail.com';
      await rehearsal.shell(`echo '${own}' >${aliases}; chown chasquid: ${aliases}`);
      const before = await rehearsal.look('receive-mail', ...forwarding);
      // the aliases, the record as two see it, and two addresses; the sender's own is taken, since it is a user
      const wrong = before.evidence.filter(({ verdict }) => verdict !== 'true');
      expect(wrong.map(({ verdict }) => verdict)).toEqual(Array(5).fill('false'));
      const { state, untrue, printed } = await rehearsal.run('receive-mail', ...forwarding);
      expect(state, printed).toBe('failed');
      expect(untrue.join()).toMatch(/^dns MX example\.com: false: /);
      expect(untrue.join()).not.toMatch(/passed on|550/);
      const raw = await stage.world.gmail.arrival('Mail to example.com arrives here');
      for (const verdict of ['spf=pass', 'dmarc=pass']) expect(raw).toContain(verdict);
      expect(await arrived()).toHaveLength(2);
      expect(await rehearsal.shell(`tail -n 1 ${aliases}; stat -c '%U %a' ${aliases}`)).toBe(`${own}\nchasquid 640`);
    });

    it('is proven with it, and a second run changes nothing', async () => {
      await stage.world.publish({ name: 'example.com', type: 'MX', value: '10 smtp.example.com.' });
      const before = await tracesOn(stage.vps);
      const { state, untrue } = await rehearsal.run('receive-mail', ...forwarding);
      expect(state, untrue.join()).toBe('proven');
      expect(await arrived()).toHaveLength(2);
      expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
    });

    it('is not proven where the file cannot be read, or a line of it is none', async () => {
      await rehearsal.shell(`chown root: ${aliases}; chmod 600 ${aliases}`);
      const unreadable = await rehearsal.look('receive-mail', ...forwarding);
      expect(unreadable.untrue.join()).toMatch(
        /^sh verify: false: chasquid may not read .* \| Say on the server: chown/,
      );
      await rehearsal.shell(
        `chown chasquid: ${aliases}; chmod 640 ${aliases}; cp -p ${aliases} /root; echo nonsense >>${aliases}`,
      );
      const odd = await rehearsal.look('receive-mail', ...forwarding);
      expect(odd.untrue.join()).toMatch(/^sh verify: false: line 8 of .* is no alias/);
      await rehearsal.shell(`cp -p /root/aliases ${aliases}; systemctl restart chasquid`);
      expect((await rehearsal.look('receive-mail', ...forwarding)).state).toBe('proven');
    });
  });

  describe('Gmail that sends as the sender', () => {
    it('is seen by who logged in and handed a message over, and by the message that arrived', async () => {
      const { state, untrue } = await rehearsal.look('gmail-send-as');
      expect(state).toBe('todo');
      expect(untrue.join()).toMatch(/^sh verify: false: no message of i@example\.com has come in from Gmail/);

      // The lab's Gmail has no reverse name; that one of Google's has a name such as this is a double.
      await rehearsal.shell(`echo '${plan.gmail.ipv6} mail-lab.google.com' >>/etc/hosts`);
      await sendAsGmail();
      const file = join(stage.lab.network.folder, 'as-sender.eml');
      await writeFile(file, await stage.world.gmail.arrival('Sent from Gmail'));
      const looked = await rehearsal.look('gmail-send-as', '--set', `gmail_eml=${file}`);
      expect(looked.state, looked.untrue.join()).toBe('proven');
      expect(looked.evidence[0]?.observed).toMatch(/^Gmail \(mail-lab\.google\.com, .*\) has sent as i@example\.com/);
      expect(seen(looked, 'dmarc')?.verdict).toBe('true');
    });

    /** Logs in and hands a message over, as Gmail does. */
    async function sendAsGmail(): Promise<void> {
      const letter = [
        'From: i@example.com',
        'To: alice@gmail.com',
        'Subject: Sent from Gmail',
        `Date: ${new Date().toUTCString()}`,
        'Message-ID: <by-gmail@mail.gmail.com>',
        '',
        'Hello!',
        '',
      ].join('\r\n');
      const file = join(stage.lab.network.folder, 'by-gmail');
      await writeFile(file, letter);
      const envelope = ['--mail-from', sender.address, '--mail-rcpt', 'alice@gmail.com'];
      const words = ['-6', '-sS', '-k', '--max-time', '30', ...envelope, '-T', file, '--config', '-'];
      const quoted = sender.password.replaceAll(/[\\"]/g, '\\$&');
      await stage.lab.network.host('gmail').exec('curl', [...words, 'smtps://smtp.example.com'], {
        input: `user = "${sender.address}:${quoted}"\n`,
      });
    }
  });

  it('is passed on no longer after an undo, which leaves what was there before', async () => {
    expect(await rehearsal.script('receive-mail', 'undo')).toMatch(/^mail to example\.com is passed on no longer/);
    expect(await rehearsal.shell(`cat ${aliases}`)).toBe('bob: alice@gmail.com');
    // else the old aliases hold for half a minute more, and bounces would still come to the mailbox
    await rehearsal.shell('systemctl restart chasquid');
    const { untrue } = await rehearsal.look('receive-mail', ...forwarding);
    expect(untrue.join()).toMatch(/^sh verify: false: in .*aliases there is no line for postmaster abuse i \*/);
  });

  describe('the test message', () => {
    let others = 0;
    beforeAll(async () => {
      others = (await arrived()).length;
    });

    it('has not been sent at first, and goes to nobody unless it is said to whom', async () => {
      const { state, untrue } = await rehearsal.look('send-test');
      expect(state).toBe('todo');
      expect(untrue).toEqual([
        expect.stringMatching(/^sh verify: false: no test message .* nobody to send it to \| Give the input/),
      ]);
      const { state: after, printed } = await rehearsal.run('send-test');
      expect(after).toBe('failed');
      expect(printed).toContain('There is nobody to send to: give the input mailbox');
    });

    it('is not sent with a wrong password, which is told', async () => {
      const wrong = join(stage.lab.network.folder, 'wrong-password');
      await writeFile(wrong, 'not-the-password\n', { mode: 0o600 });
      const { state, printed } = await rehearsal.run(
        'send-test',
        ...mailbox,
        '--secret-file',
        `sender_password=${wrong}`,
      );
      expect(state).toBe('failed');
      expect(printed).toContain('smtp.example.com does not accept the password of i@example.com');
      expect(printed).not.toContain('not-the-password');
      expect(await arrived()).toHaveLength(others);
    });

    it('is refused by a receiver who knows no such mailbox, in its own words', async () => {
      const { state, untrue } = await rehearsal.run('send-test', ...mailbox, '--set', 'mailbox=nobody@gmail.com');
      expect(state).toBe('failed');
      expect(untrue.join()).toMatch(
        /^sh verify: false: nobody@gmail\.com does not get it: .*550 5\.1\.1.*\| There is no such mailbox/,
      );
    });

    it('is in the inbox, over IPv6, with spf=pass, dkim=pass and dmarc=pass', async () => {
      const looked = await rehearsal.run('send-test', ...mailbox);
      expect(looked.state, looked.printed).toBe('proven');
      expect(looked.untrue).toEqual([]);
      expect(seen(looked, 'arrived')?.observed).toBe('in the folder INBOX');
      expect(seen(looked, 'address')?.observed).toContain(`over IPv6, from ${plan.vps.ipv6}`);
      for (const subject of ['tls', 'spf', 'dkim', 'dmarc', 'alignment']) {
        expect(seen(looked, subject)?.verdict, subject).toBe('true');
      }
      const raw = await stage.world.gmail.arrival('First letter from example.com');
      for (const verdict of ['spf=pass', 'dkim=pass', 'dmarc=pass']) expect(raw).toContain(verdict);
      for (const secret of [stage.world.gmail.mailbox.password, 'long\\ $secret', 'AUTH PLAIN']) {
        expect(looked.printed).not.toContain(secret);
      }
    });

    it('is not sent a second time', async () => {
      const before = await tracesOn(stage.vps);
      expect((await rehearsal.run('send-test', ...mailbox)).state).toBe('proven');
      expect(await arrived()).toHaveLength(others + 1);
      expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
    });

    it('is not known to have arrived without a password or a file, and is proven by the file', async () => {
      const blind = ['--set', 'mailbox=alice@gmail.com'];
      const looked = await rehearsal.run('send-test', ...blind);
      expect(looked.state).toBe('unknown');
      expect(looked.untrue.join()).toMatch(/^mail: unknown: Nobody has looked whether it arrived.*app password/);
      expect(await arrived()).toHaveLength(others + 1);

      const file = join(stage.lab.network.folder, 'original.eml');
      await writeFile(file, await stage.world.gmail.arrival('First letter from example.com'));
      const read = await rehearsal.run('send-test', ...blind, '--set', `test_eml=${file}`);
      expect(read.state, read.untrue.join()).toBe('proven');
    });

    it('can be sent again after an undo, and is then another', async () => {
      expect(await rehearsal.script('send-test', 'undo')).toMatch(/^forgot the test message/);
      const { untrue } = await rehearsal.look('send-test', ...mailbox, '--set', 'test_eml=');
      expect(untrue.join()).toMatch(/^sh verify: false: no test message has been sent \| Run this checkpoint/);
      expect((await rehearsal.run('send-test', ...mailbox)).state).toBe('proven');
      expect(await arrived()).toHaveLength(others + 2);
    });
  });
});
