import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type DeliveryStage, sender, setDeliveryStage } from './delivery-stage.ts';
import type { Rehearsal } from './part-of-guide.ts';

// The rented service is a double: a chasquid of our own, which signs and sends as a service would.
describe.skipIf(inject('noLabHere') !== '')('mail through a rented service', () => {
  let stage: DeliveryStage;
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    stage = await setDeliveryStage(
      { guide: 'relay', steps: ['relay/add-sender', 'relay/dkim', 'relay/spf', 'send-test'] },
      [
        ...['--set', 'fqdn=smtp.example.com', '--set', 'smtp_port=587', '--set', `smtp_user=${sender.address}`],
        ...['--set', 'dkim_selector=pigeon', '--set', 'spf_include=spf.example.net'],
      ],
    );
    rehearsal = stage.rehearsal;
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('has a login that the service accepts, and is told where it does not', async () => {
    expect((await rehearsal.run('add-sender')).state).toBe('proven');
    const wrong = join(stage.lab.network.folder, 'wrong-password');
    await writeFile(wrong, 'not-the-password\n', { mode: 0o600 });
    const { untrue } = await rehearsal.look('add-sender', '--secret-file', `sender_password=${wrong}`);
    expect(untrue.join()).toMatch(/ login: false: .*535.*\| .*password for SMTP/);
  });

  it('finds the key that the service has us publish, and none under another name', async () => {
    expect((await rehearsal.look('dkim', '--set', 'dkim_selector=raven')).untrue[0]).toMatch(
      /^dns TXT raven\._domainkey\.example\.com: (?:false|not-yet): /,
    );
    expect((await rehearsal.look('dkim', '--set', 'dkim_selector=pigeon')).state).toBe('proven');
  });

  it('includes the service in SPF', async () => {
    expect((await rehearsal.look('spf')).untrue[0]).toMatch(/^dns TXT example\.com: false: /);
    await stage.world.retract({ name: 'example.com', type: 'TXT' });
    await stage.world.publish({ name: 'spf.example.net', type: 'TXT', value: `"v=spf1 ip6:${plan.vps.ipv6} -all"` });
    await stage.world.publish({ name: 'example.com', type: 'TXT', value: '"v=spf1 include:spf.example.net ~all"' });
    expect((await rehearsal.run('spf')).state).toBe('proven');
  });

  it('arrives, by the same test message as with a server of one’s own', async () => {
    const password = join(stage.lab.network.folder, 'mailbox-password');
    await writeFile(password, `${stage.world.gmail.mailbox.password}\n`, { mode: 0o600 });
    const mailbox = ['--set', 'mailbox=alice@gmail.com', '--secret-file', `mailbox_password=${password}`];
    expect((await rehearsal.look('send-test', ...mailbox)).untrue.join()).toMatch(
      /^sh verify: false: no test message has been sent/,
    );
    const { state, untrue, printed } = await rehearsal.run('send-test', ...mailbox);
    expect(state, `${untrue.join()} ${printed}`).toBe('proven');
  });
});
