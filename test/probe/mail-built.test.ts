import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundling } from '../../scripts/bundle.mjs';
import type { Evidence } from '../../src/probe/evidence.ts';
import type { ImapDouble } from '../imap-double.ts';
import { startImapDouble } from '../imap-double.ts';
import { fromGmail } from '../mail/messages.ts';
import type { Authority } from './certificates.ts';
import { anAuthority, shownBy } from './certificates.ts';
import type { DnsWorld } from './dns-world.ts';
import { aDnsWorld } from './dns-world.ts';
import { txt } from './dns-zone-of.ts';
import type { MailQuestion } from './mail-program.ts';

/** Built as `npm run build` does, with chunks that are loaded when they are needed. */
describe('the mail probe, built', () => {
  let folder: string;
  let authority: Authority;

  let mailbox: ImapDouble;
  let world: DnsWorld;

  beforeAll(async () => {
    folder = await mkdtemp(join(import.meta.dirname, '..', '..', 'node_modules', '.brevduva-test-'));
    const entryPoints = { program: join(import.meta.dirname, 'mail-program.ts') };
    await build({ ...bundling, entryPoints, outdir: folder, splitting: true, minify: true, keepNames: true });
    authority = await anAuthority();
    const shown = shownBy(await authority.issue(['IP:127.0.0.1']));
    const folders = [{ name: 'INBOX', messages: [fromGmail()] }];
    mailbox = await startImapDouble(shown, { user: 'a@example.com', password: 'right', folders });
    world = await aDnsWorld({ ns1: { records: [txt('example.com', 'v=spf1 ip4:192.0.2.1 -all')] } });
  });

  afterAll(async () => {
    await world?.stop();
    await mailbox?.stop();
    await authority?.remove();
    await rm(folder, { recursive: true });
  });

  async function probe(spec: MailQuestion['spec']): Promise<readonly Evidence[]> {
    const settings = { ...world.settings, authorities: [authority.root] };
    const question: MailQuestion = { spec, values: {}, secrets: { MAILBOX_PASSWORD: 'right' }, settings };
    const { stdout } = await execa(process.execPath, [join(folder, 'program.js')], { input: JSON.stringify(question) });
    return JSON.parse(stdout);
  }

  it('finds the library that evaluates SPF', async () => {
    const spec = { of: 'spf', domain: 'example.com', addresses: ['192.0.2.1'], from: 'authority' };
    expect(await probe(spec)).toMatchObject([{ verdict: 'true' }]);
  });

  it('finds the library that opens a mailbox, and says nothing but what it found', async () => {
    const [arrived] = await probe({
      of: 'message',
      id: '0123456789abcdef@example.com',
      mailbox: 'a@example.com',
      password: '$MAILBOX_PASSWORD',
      imap: `127.0.0.1:${mailbox.port}`,
    });
    expect(arrived).toMatchObject({ verdict: 'true', observed: 'in the folder INBOX' });
  });
});
