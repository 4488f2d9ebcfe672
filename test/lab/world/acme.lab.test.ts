import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import { createLabNetwork } from '../network.ts';
import type { AcmeServer } from './acme.ts';
import { startAcme } from './acme.ts';
import { acmeShCheckout } from './acme-sh.ts';
import type { NameServer } from './dns.ts';
import { startNameServer } from './dns.ts';
import { startResolver } from './resolver.ts';

let network: LabNetwork;
let nameServer: NameServer;
let authority: AcmeServer;

/** Sets up Debian's ACME client on the operator's machine; `update` is its answer to a challenge, in nsupdate's words. */
async function aClient(update: string): Promise<string> {
  const folder = join(network.folder, 'client');
  await mkdir(folder, { recursive: true });
  const hook = join(folder, 'hook');
  const config = join(folder, 'config');
  await writeFile(
    hook,
    `#!/bin/sh
set -eu
[ "$1" = deploy_challenge ] || exit 0
nsupdate -k '${nameServer.panelKey}' <<END
server ${plan.authority.ipv4}
zone example.com.
${update}
send
END
`,
    { mode: 0o755 },
  );
  await writeFile(
    config,
    `CA='${authority.directory}'
CHALLENGETYPE=dns-01
BASEDIR='${folder}'
HOOK='${hook}'
CURL_OPTS="--cacert ${authority.trustFile} --noproxy '*'"
`,
  );
  await network.host('operator').exec('dehydrated', ['--config', config, '--register', '--accept-terms']);
  return config;
}

describe.skipIf(inject('noLabHere') !== '')('the certificate authority', () => {
  beforeAll(async () => {
    network = await createLabNetwork();
    nameServer = await startNameServer(network);
    await startResolver(network, nameServer);
    authority = await startAcme(network);
  });

  afterAll(() => network?.remove());

  it('gives a certificate to who can publish its challenge in the zone', async () => {
    const config = await aClient('update add _acme-challenge.$2. 60 TXT "$4"');
    const order = ['--config', config, '--cron', '--domain', 'smtp.example.com'];
    const { status, err, out } = await network.host('operator').exec('dehydrated', order, { mayFail: true });
    expect(`${status} ${err}${status === 0 ? '' : out}`.trim()).toBe('0');
    const file = join(network.folder, 'client/certs/smtp.example.com/cert.pem');
    const certificate = new X509Certificate(await readFile(file));
    expect(certificate.checkHost('smtp.example.com')).toBe('smtp.example.com');
    expect(certificate.issuer).toMatch(/Pebble/);
  });

  it('gives none to who publishes something else', async () => {
    const config = await aClient('update add _acme-challenge.$2. 60 TXT "something else"');
    const order = ['--config', config, '--cron', '--domain', 'stolen.example.com'];
    const { status, err } = await network.host('operator').exec('dehydrated', order, { mayFail: true });
    expect(status).not.toBe(0);
    expect(err).toMatch(/unauthorized|Incorrect TXT|Challenge is invalid/i);
  });

  it.skipIf(acmeShCheckout === undefined)(
    'gives one to acme.sh itself (needs BREVDUVA_ACME_SH, a checkout of it)',
    async () => {
      const home = join(network.folder, 'acme.sh');
      const names = ['-d', 'mail.example.com', '-d', '*.mail.example.com'];
      // Without --dnssleep it asks resolvers on the Internet, over HTTPS, whether the challenge is published.
      const dns = ['--dns', 'dns_nsupdate', '--dnssleep', '1', '--server', authority.directory];
      const words = ['--home', home, '--ca-bundle', authority.trustFile, '--issue', ...names, ...dns];
      const { status, err, out } = await network.host('operator').exec(join(acmeShCheckout ?? '', 'acme.sh'), words, {
        mayFail: true,
        env: {
          NSUPDATE_SERVER: plan.authority.ipv4,
          NSUPDATE_KEY: nameServer.panelKey,
          HTTPS_PROXY: '',
          https_proxy: '',
        },
      });
      expect(`${status} ${err}${status === 0 ? '' : out}`.trim()).toBe('0');
      const certificate = new X509Certificate(await readFile(join(home, 'mail.example.com_ecc/mail.example.com.cer')));
      expect(certificate.subjectAltName).toBe('DNS:mail.example.com, DNS:*.mail.example.com');
    },
  );
});
