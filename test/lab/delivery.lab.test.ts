import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type DeliveryStage, type Looked, setDeliveryStage } from './delivery/stage.ts';
import { changesBetween, tracesOn } from './traces.ts';

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('mail that leaves and comes', () => {
  let stage: DeliveryStage;
  /** The words that let Brevduva look into the mailbox. */
  let mailbox: readonly string[];

  beforeAll(async () => {
    stage = await setDeliveryStage('trixie', {
      guide: 'smtp',
      steps: ['receive-mail', 'gmail-send-as', 'send-test'],
      settings: [],
    });
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

  describe('the test message', () => {
    it('has not been sent at first, and goes to nobody unless it is said to whom', async () => {
      const { state, untrue } = await stage.look('send-test');
      expect(state).toBe('todo');
      expect(untrue).toEqual([
        expect.stringMatching(/^false: no test message .* nobody to send it to \| Give the input/),
      ]);
      const { state: after, printed } = await stage.run('send-test');
      expect(after).toBe('failed');
      expect(printed).toContain('There is nobody to send to: give the input mailbox');
    });

    it('is not sent with a wrong password, which is told', async () => {
      const wrong = join(stage.lab.network.folder, 'wrong-password');
      await writeFile(wrong, 'not-the-password\n', { mode: 0o600 });
      const { state, printed } = await stage.run('send-test', ...mailbox, '--secret-file', `sender_password=${wrong}`);
      expect(state).toBe('failed');
      expect(printed).toContain('smtp.example.com does not accept the password of i@example.com');
      expect(printed).not.toContain('not-the-password');
      expect(await arrived()).toEqual([]);
    });

    it('is refused by a receiver who knows no such mailbox, in its own words', async () => {
      const { state, untrue } = await stage.run('send-test', ...mailbox, '--set', 'mailbox=nobody@gmail.com');
      expect(state).toBe('failed');
      expect(untrue.join()).toMatch(
        /^false: nobody@gmail\.com does not get it: .*550 5\.1\.1.*\| There is no such mailbox/,
      );
    });

    it('is in the inbox, over IPv6, with spf=pass, dkim=pass and dmarc=pass', async () => {
      const looked = await stage.run('send-test', ...mailbox);
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
      expect((await stage.run('send-test', ...mailbox)).state).toBe('proven');
      expect(await arrived()).toHaveLength(1);
      expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
    });

    it('is not known to have arrived without a password or a file, and is proven by the file', async () => {
      const blind = ['--set', 'mailbox=alice@gmail.com'];
      const looked = await stage.run('send-test', ...blind);
      expect(looked.state).toBe('unknown');
      expect(looked.untrue.join()).toMatch(/^unknown: Nobody has looked whether it arrived.*app password/);
      expect(await arrived()).toHaveLength(1);

      const file = join(stage.lab.network.folder, 'original.eml');
      await writeFile(file, await stage.world.gmail.arrival('First letter from example.com'));
      const read = await stage.run('send-test', ...blind, '--set', `test_eml=${file}`);
      expect(read.state, read.untrue.join()).toBe('proven');
    });

    it('can be sent again after an undo, and is then another', async () => {
      expect(await stage.undo('send-test')).toMatch(/^forgot the test message/);
      const { untrue } = await stage.look('send-test', ...mailbox, '--set', 'test_eml=');
      expect(untrue.join()).toMatch(/^false: no test message has been sent \| Run this checkpoint/);
      expect((await stage.run('send-test', ...mailbox)).state).toBe('proven');
      expect(await arrived()).toHaveLength(2);
    });
  });
});
