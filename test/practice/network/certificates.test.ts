import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../src/practice/network/certificates.ts';
import { startChasquid } from '../../../src/practice/network/chasquid/chasquid.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import { tlsSpec } from '../../../src/probe/spec/tls.ts';
import { aMailHost, publishRecords } from './memory-host.ts';
import { practiceContext } from './probing.ts';

const day = 86_400_000;
const folder = '/etc/chasquid/certs/smtp.example.com';

describe('the authority of the practice world', () => {
  it('issues what names its servers, for the time that was asked, under its own certificate', () => {
    const authority = new CertificateAuthority();
    const notBefore = new Date('2049-12-01T00:00:00Z');
    const { certificate, fullchain } = authority.issue(['smtp.example.com', 'example.com'], { days: 60, notBefore });
    const read = new X509Certificate(certificate);
    const root = new X509Certificate(authority.rootPem);
    expect(read.verify(root.publicKey) && read.checkIssued(root)).toBe(true);
    expect(read.subjectAltName).toBe('DNS:smtp.example.com, DNS:example.com');
    expect(read.ca).toBe(false);
    expect(root.ca).toBe(true);
    // the end is written otherwise than the start: from 2050 on with four digits
    expect(Date.parse(read.validTo) - Date.parse(read.validFrom)).toBe(60 * day);
    expect(fullchain).toBe(certificate + authority.rootPem);
  });
});

describe('what chasquid shows', () => {
  let internet: Internet;
  beforeEach(async () => {
    internet = await startInternet();
    publishRecords(internet);
  });
  afterEach(() => internet.close());

  async function verdicts(issued: { readonly fullchain: string; readonly key: string }): Promise<string[]> {
    const host = await aMailHost(internet);
    host.put(`${folder}/fullchain.pem`, issued.fullchain);
    host.put(`${folder}/privkey.pem`, issued.key);
    const started = await startChasquid({ host, internet, version: '1.19.0' });
    if (started.kind === 'failed') throw new Error(started.why);
    const spec = tlsSpec.parse({ from: 'here', host: 'smtp.example.com', port: 465 });
    const evidence = await runTypedProbe({ kind: 'tls', spec }, practiceContext(internet));
    await started.chasquid.stop();
    return [...new Set(evidence.map(({ verdict }) => verdict))].sort();
  }

  it('is trusted where it is right, and told where it is not', async () => {
    const { authority } = internet;
    expect(await verdicts(authority.issue(['smtp.example.com']))).toEqual(['true']);
    expect(await verdicts(authority.issue(['other.example.com']))).toContain('false');
    const notBefore = new Date(Date.now() - 100 * day);
    expect(await verdicts(authority.issue(['smtp.example.com'], { days: 90, notBefore }))).toContain('false');
    expect(await verdicts(new CertificateAuthority().issue(['smtp.example.com']))).toContain('false');
  });
});
