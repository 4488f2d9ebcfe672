import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { Pty } from '../pty.ts';
import { plan } from './addresses.ts';
import { createLab, type Lab } from './lab.ts';
import { startWorld, type World } from './world/world.ts';

/** The titles of the first checkpoints, in their order. */
const titles = [
  'Choose a server',
  'Wait for the operating system',
  'Prepare the system',
  'Check the ports',
  'Turn on IPv6',
  'Name the server',
];

describe.skipIf(inject('noLabHere') !== '')('the full screen, by hand, on trixie', () => {
  let lab: Lab;
  let world: World;

  beforeAll(async () => {
    lab = await createLab(inject('programs').brevduva);
    world = await startWorld(lab.network);
    await lab.startVps('trixie');
  });
  afterAll(async () => {
    await lab?.remove();
  });

  function open(args: readonly string[]): Pty {
    const pty = new Pty(`${lab.operator.shellLine(args)}; echo "status $?"`, { environment: { CI: 'true' } });
    onTestFinished(() => pty.end());
    return pty;
  }

  it('begins a session and saves it', async () => {
    const pty = open(['setup', ...lab.operator.vps]);
    await pty.until('Mail domain');
    pty.type('example.com\r');
    await pty.until('Is this your server?');
    pty.type('y');
    await pty.until(/● connected[\s\S]*1 {2}Choose a server/);
    pty.type('q');
    await pty.ended;
    expect(pty.screen()).toMatch(/Saved\. Go on with: brevduva setup 203\.0\.113\.10[\s\S]*status 0/);
  });

  it('leads from the list of sessions to checkpoint six with one key, and back to what is stale', async () => {
    await world.publish({ name: 'smtp.example.com', type: 'A', value: plan.vps.ipv4 });
    await world.publish({ name: 'smtp.example.com', type: 'AAAA', value: plan.vps.ipv6 });
    const pty = open([]);
    await pty.until(/❯ 203\.0\.113\.10 .* 0 of 20 proven/);
    pty.type('\r');
    await pty.until('● connected');
    for (const [index, title] of titles.entries()) {
      const heading = `^ ${index + 1} {2}${title}.*\\n`;
      await pty.until(new RegExp(`${heading} ○ [\\s\\S]*^ Enter [rv] `, 'm'));
      pty.type('\r');
      await pty.until(new RegExp(`${heading} [✔⚠] {2}proven[\\s\\S]*^ Enter next `, 'm'));
      pty.type('\r');
    }
    await pty.until(/^ 7 {2}Set the reverse name/m);
    // The ports were looked at before there was IPv6.
    pty.type('\t');
    await pty.until(/❯ . {2}7 Set the reverse name/);
    pty.type('kkk');
    await pty.until(/❯ ↻ {2}4 Check the ports/);
    pty.type('\r');
    await pty.until(/^ 4 {2}Check the ports\n ↻ {2}stale: The value of ipv6 changed/m);
    pty.type('\r');
    await pty.until(/6 of 20 proven[\s\S]*^ 4 {2}Check the ports\n ✔ {2}proven/m);
    pty.type('q');
    await pty.ended;
    expect(pty.screen()).toMatch(/status 0/);
  });
});
