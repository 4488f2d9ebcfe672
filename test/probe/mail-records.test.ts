import { generateKeyPairSync } from 'node:crypto';
import type { Answer } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import type { DnsWorld, WorldParts } from './dns-world.ts';
import { aDnsWorld } from './dns-world.ts';
import { address, aZone, txt } from './dns-zone-of.ts';
import type { AskedOfMail } from './mail-probe.ts';
import { probeMail } from './mail-probe.ts';

let world: DnsWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const values = { DOMAIN: 'example.com', FQDN: 'mx.example.com', IPV4: '192.0.2.1', IPV6: '2001:db8::1' };

/** Records that are the same at the zone's own name server and at every resolver. */
function everywhere(...records: readonly Answer[]): WorldParts {
  return { ns1: { records }, public1: { records }, public2: { records } };
}

async function given(parts: WorldParts) {
  world = await aDnsWorld(parts);
  const { settings } = world;
  return (spec: AskedOfMail, more: Readonly<Record<string, string>> = {}) =>
    probeMail(spec, { settings, values: { ...values, ...more } });
}

const spf = { of: 'spf', domain: '$DOMAIN', addresses: ['$IPV4', '$IPV6'], from: 'authority' } as const;

describe('SPF', () => {
  it('is evaluated for each sending address, from both vantages', async () => {
    const probe = await given(everywhere(txt('example.com', 'v=spf1 ip4:192.0.2.1 a:mx.example.com -all'), ...mx));
    const { from: _, ...usual } = spf;
    const seen = await probe(usual);
    expect(seen).toMatchObject([
      { probe: 'mail spf example.com', verdict: 'true', vantage: 'authority ns1.example.com' },
      { verdict: 'true', vantage: 'public 127.0.0.1, 127.0.0.1' },
    ]);
    expect(seen[0]?.observed).toBe(
      'pass for 192.0.2.1 and 2001:db8::1, fail for others, 1 of 10 lookups: v=spf1 ip4:192.0.2.1 a:mx.example.com -all',
    );
  });

  it('is false where one address is not covered, and the remedy is the whole record', async () => {
    const probe = await given(
      everywhere(txt('example.com', 'v=spf1 ip4:192.0.2.1 include:_spf.example.com ~all'), include),
    );
    const [evidence] = await probe(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('SPF says softfail for mail from 2001:db8::1.');
    expect(evidence?.remedy).toContain(
      'name example.com, type TXT, value “v=spf1 ip6:2001:db8::1 ip4:192.0.2.1 include:_spf.example.com ~all”',
    );
  });

  it('passes over an address that has no value, and is unknown where none has', async () => {
    const probe = await given(everywhere(txt('example.com', 'v=spf1 ip4:192.0.2.1 -all')));
    expect(await probe(spf, { IPV6: '' })).toMatchObject([{ verdict: 'true' }]);
    expect(await probe(spf, { IPV4: '', IPV6: '' })).toMatchObject([{ probe: 'mail', verdict: 'unknown' }]);
    expect(await probe(spf, { IPV4: 'mx.example.com' })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('is also evaluated for the name that the server greets with', async () => {
    const probe = await given(everywhere(txt('example.com', 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all'), ...mx));
    const seen = await probe({ ...spf, helo: '$FQDN' });
    expect(seen).toMatchObject([
      { probe: 'mail spf example.com', verdict: 'true' },
      { probe: 'mail spf mx.example.com', verdict: 'false' },
    ]);
    expect(seen[1]?.remedy).toContain(
      'name mx.example.com, type TXT, value “v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all”',
    );
  });

  it('is false with two records, and tells how they are one', async () => {
    const records = [
      txt('example.com', 'v=spf1 a:mx.example.com ~all'),
      txt('example.com', 'v=spf1 ip4:192.0.2.1 ~all'),
    ];
    const probe = await given(everywhere(...records, ...mx));
    const [evidence] = await probe(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('There are 2 SPF records');
    expect(evidence?.remedy).toContain('“v=spf1 ip6:2001:db8::1 a:mx.example.com ip4:192.0.2.1 ~all”');
  });

  it('is false with quotes that were published', async () => {
    const probe = await given(everywhere(txt('example.com', '"v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"')));
    const [evidence] = await probe(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('quotes');
    expect(evidence?.remedy).toContain('value “v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all”');
  });

  it('counts lookups through includes, also those that the own address never needs', async () => {
    const deep = [
      txt('example.com', 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 include:one.example.com -all'),
      txt(
        'one.example.com',
        `v=spf1 ${Array.from({ length: 10 }, (_, number) => `a:h${number}.example.com`).join(' ')} -all`,
      ),
      ...Array.from({ length: 10 }, (_, number) => address(`h${number}.example.com`, '192.0.2.50')),
    ];
    const [evidence] = await (await given(everywhere(...deep)))(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('takes 11 lookups');
  });

  it('proposes no record that would ask for too many lookups as well', async () => {
    const terms = Array.from({ length: 11 }, (_, number) => `a:s${number}.example.com`).join(' ');
    const [evidence] = await (await given(everywhere(txt('example.com', `v=spf1 ${terms} -all`))))(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.remedy).toMatch(/^Put ip4: and ip6: in the place of includes/);
    expect(evidence?.remedy).not.toContain('Publish:');
  });

  it('is false with three lookups that find nothing', async () => {
    const record = 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 a:a.example.com a:b.example.com a:c.example.com -all';
    const [evidence] = await (await given(everywhere(txt('example.com', record))))(spf);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('3 lookups that find nothing');
  });

  it('is false where anyone passes, and a warning where nothing is said of others', async () => {
    const covered = 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1';
    const open = [txt('example.com', `${covered} include:all.example.com -all`), txt('all.example.com', 'v=spf1 +all')];
    const probe = await given(everywhere(...open));
    expect(await probe(spf)).toMatchObject([
      { verdict: 'false', observed: expect.stringContaining('SPF passes for any address') },
    ]);
    await world?.stop();
    const silent = await given(everywhere(txt('example.com', `${covered} ?all`)));
    expect(await silent(spf)).toMatchObject([{ verdict: 'warning' }]);
  });

  it('is on its way where only the zone’s own name servers have it', async () => {
    const probe = await given({ ns1: { records: [txt('example.com', 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all')] } });
    const seen = await probe({ ...spf, from: ['authority', 'public'] });
    expect(seen.map(({ verdict }) => verdict)).toEqual(['true', 'not-yet']);
    expect(seen[1]?.observed).toMatch(
      /^published at the zone’s own name servers, not yet seen at .*to wait: up to 600 s/,
    );
    expect(seen[1]?.remedy).toMatch(/^Only wait/);
  });

  it('is unknown, never false, where an include cannot be looked up', async () => {
    const records = [txt('example.com', 'v=spf1 include:_spf.example.com -all')];
    const probe = await given({ ns1: { records, failing: { '_spf.example.com': 'SERVFAIL' } } });
    const [evidence] = await probe(spf);
    expect(evidence).toMatchObject({ verdict: 'unknown' });
    expect(evidence?.observed).toContain('_spf.example.com could not be looked up');
  });

  it('is unknown where the name servers do not know the zone', async () => {
    const zone = aZone('lame.test', { 'ns1.example.com': '127.0.0.1' });
    const records = [...zone, txt('lame.test', 'v=spf1 ip4:192.0.2.1 -all')];
    // ns1 refuses what is in no zone of its own, as a lame server does
    const probe = await given({ public1: { records }, public2: { records } });
    const seen = await probe({ ...spf, domain: 'lame.test', from: ['authority', 'public'] }, { IPV6: '' });
    expect(seen.map(({ verdict }) => verdict)).toEqual(['unknown', 'true']);
    expect(seen[0]?.observed).toContain('REFUSED');
  });

  it('is a warning where the domain is an alias', async () => {
    const alias: Answer = { type: 'CNAME', name: 'mail.example.com', ttl: 60, data: 'host.example.com' };
    const records = [alias, txt('host.example.com', 'v=spf1 ip4:192.0.2.1 -all')];
    const [evidence] = await (await given(everywhere(...records)))(
      { ...spf, domain: 'mail.example.com' },
      { IPV6: '' },
    );
    expect(evidence).toMatchObject({ verdict: 'warning' });
    expect(evidence?.observed).toContain('mail.example.com is an alias (CNAME) of host.example.com');
  });

  it('is evaluated for a domain with other letters', async () => {
    const zone = aZone('xn--bcher-kva.test', { 'ns1.example.com': '127.0.0.1' });
    const records = [...zone, txt('xn--bcher-kva.test', 'v=spf1 ip4:192.0.2.1 -all')];
    const probe = await given(everywhere(...records));
    expect(await probe({ ...spf, domain: 'Bücher.test' }, { IPV6: '' })).toMatchObject([
      { probe: 'mail spf xn--bcher-kva.test', verdict: 'true' },
    ]);
  });
});

const mx = [address('mx.example.com', '192.0.2.1'), address('mx.example.com', '2001:db8::1')];
const include = txt('_spf.example.com', 'v=spf1 ip4:192.0.2.200 -all');

function aKey(bits: number) {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

const dkim = { of: 'dkim', domain: '$DOMAIN', selector: 's1', key: '$DKIM_KEY', from: 'authority' } as const;
const name = 's1._domainkey.example.com';

/** A record in strings of 255 characters. */
function record(value: string, owner = name): Answer {
  return txt(owner, ...(value.match(/.{1,255}/g) ?? []));
}

describe('DKIM', () => {
  const key = aKey(2048);

  it('proves that the published key is the server’s', async () => {
    const probe = await given(everywhere(record(`v=DKIM1; k=rsa; p=${key}`)));
    expect(await probe(dkim, { DKIM_KEY: key })).toMatchObject([
      { probe: `mail dkim ${name}`, verdict: 'true', observed: 'the server’s public key, RSA of 2048 bits' },
    ]);
    // the same key in PEM
    const pem = `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`;
    expect(await probe(dkim, { DKIM_KEY: pem })).toMatchObject([{ verdict: 'true' }]);
  });

  it('is false with another key, and the remedy is the whole record', async () => {
    const other = aKey(2048);
    const [evidence] = await (await given(everywhere(record(`v=DKIM1; k=rsa; p=${other}`))))(dkim, { DKIM_KEY: key });
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain(`it ends with ${other.slice(-16)}, the server’s with ${key.slice(-16)}`);
    expect(evidence?.remedy).toContain(`value “v=DKIM1; k=rsa; p=${key}”`);
  });

  it('knows an Ed25519 key in either form', async () => {
    const spki = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
    const bare = spki.subarray(-32).toString('base64');
    const probe = await given(everywhere(record(`v=DKIM1; k=ed25519; p=${bare}`)));
    const [evidence] = await probe(dkim, { DKIM_KEY: spki.toString('base64') });
    expect(evidence).toMatchObject({ verdict: 'warning', observed: expect.stringContaining('Ed25519') });
  });

  it('is a warning below 2048 bits, and while it is being tested', async () => {
    const short = aKey(1024);
    const probe = await given(everywhere(record(`v=DKIM1; k=rsa; p=${short}`)));
    expect(await probe(dkim, { DKIM_KEY: short })).toMatchObject([{ verdict: 'warning' }]);
    await world?.stop();
    const testing = await given(everywhere(record(`v=DKIM1; k=rsa; t=y; p=${key}`)));
    expect(await testing(dkim, { DKIM_KEY: key })).toMatchObject([
      { verdict: 'warning', observed: expect.stringContaining('t=y') },
    ]);
  });

  it.each([
    ['too short a key', () => aKey(512), 'has 512 bits'],
    ['a key that was cut off', () => key.slice(0, 237), 'is cut off'],
    ['a key that was taken back', () => '', 'was taken back'],
  ])('is false with %s', async (_, published, told) => {
    const probe = await given(everywhere(record(`v=DKIM1; k=rsa; p=${published()}`)));
    const [evidence] = await probe(dkim, { DKIM_KEY: key });
    expect(evidence).toMatchObject({ verdict: 'false', observed: expect.stringContaining(told) });
  });

  it('recognises a name that got the domain twice', async () => {
    const doubled = record(`v=DKIM1; k=rsa; p=${key}`, `${name}.example.com`);
    const [evidence] = await (await given(everywhere(doubled)))(dkim, { DKIM_KEY: key });
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.remedy).toMatch(
      /^It is published under s1\._domainkey\.example\.com\.example\.com: the panel adds/,
    );
  });

  it('recognises a name without its underscore', async () => {
    const misplaced = record(`v=DKIM1; k=rsa; p=${key}`, 's1.domainkey.example.com');
    const [evidence] = await (await given(everywhere(misplaced)))(dkim, { DKIM_KEY: key });
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.observed).toContain('is published as s1.domainkey.example.com, and must be at s1._domainkey');
  });

  it('is unknown where the server’s key is none', async () => {
    const probe = await given(everywhere(record(`v=DKIM1; k=rsa; p=${key}`)));
    expect(await probe(dkim, { DKIM_KEY: 'none' })).toMatchObject([{ probe: 'mail', verdict: 'unknown' }]);
    expect(await probe(dkim)).toMatchObject([{ verdict: 'unknown', observed: expect.stringContaining('$DKIM_KEY') }]);
  });
});

const dmarc = { of: 'dmarc', domain: '$DOMAIN', from: 'authority' } as const;

describe('DMARC', () => {
  it('is proven with a policy and reports to the own domain', async () => {
    const policy = 'v=DMARC1; p=none; rua=mailto:dmarc@example.com';
    const probe = await given(everywhere(txt('_dmarc.example.com', policy)));
    expect(await probe(dmarc)).toMatchObject([{ probe: 'mail dmarc example.com', verdict: 'true', observed: policy }]);
  });

  it('asks those who get the reports, and is false until they agree', async () => {
    const policy = txt('_dmarc.example.com', 'v=DMARC1; p=none; rua=mailto:a@reports.test');
    const reports = aZone('reports.test', { 'ns1.example.com': '127.0.0.1' });
    const refused = await given(everywhere(policy, ...reports));
    const [evidence] = await refused(dmarc);
    expect(evidence).toMatchObject({ verdict: 'false' });
    expect(evidence?.remedy).toContain('example.com._report._dmarc.reports.test');
    await world?.stop();
    const agreed = await given(
      everywhere(policy, ...reports, txt('example.com._report._dmarc.reports.test', 'v=DMARC1')),
    );
    expect(await agreed(dmarc)).toMatchObject([{ verdict: 'true' }]);
  });

  it('is found above the domain, as receivers find it', async () => {
    const policy = 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com';
    const probe = await given(everywhere(txt('_dmarc.example.com', policy)));
    expect(await probe({ ...dmarc, domain: 'news.mail.example.com' })).toMatchObject([
      { verdict: 'true', observed: `${policy} (that of example.com, which holds for news.mail.example.com too)` },
    ]);
  });

  it('is false where the own record does not count, whatever stands above', async () => {
    const above = txt('_dmarc.example.com', 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com');
    const probe = await given(everywhere(above, txt('_dmarc.mail.example.com', '"v=DMARC1; p=none"')));
    expect(await probe({ ...dmarc, domain: 'mail.example.com' })).toMatchObject([
      { verdict: 'false', observed: expect.stringContaining('quotes') },
    ]);
  });

  it.each([
    ['no record', [], 'no DMARC record'],
    ['two records', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], '2 DMARC records'],
    ['quotes that were published', ['"v=DMARC1; p=none"'], 'quotes'],
    ['a policy in another language', ['v=DMARC1; p=ingen; rua=mailto:a@example.com'], 'p=ingen'],
  ])('is false with %s', async (_, published, told) => {
    const probe = await given(everywhere(...published.map((value) => txt('_dmarc.example.com', value))));
    expect(await probe(dmarc)).toMatchObject([{ verdict: 'false', observed: expect.stringContaining(told) }]);
  });
});

describe('a record that need not be there', () => {
  const kinds = [
    { of: 'mta-sts', name: '_mta-sts.example.com', right: 'v=STSv1; id=20261124', wrong: 'v=STSv1; id=2026-11-24' },
    {
      of: 'tls-rpt',
      name: '_smtp._tls.example.com',
      right: 'v=TLSRPTv1; rua=mailto:t@example.com',
      wrong: 'v=TLSRPTv1;',
    },
  ] as const;

  it.each(kinds)('is true where it is not: $of', async ({ of }) => {
    const probe = await given(everywhere());
    expect(await probe({ of, domain: '$DOMAIN' })).toMatchObject([
      { probe: `mail ${of} example.com`, verdict: 'true', vantage: 'authority ns1.example.com' },
      {
        verdict: 'true',
        observed: expect.stringContaining('which is allowed'),
        vantage: expect.stringMatching(/^public/),
      },
    ]);
  });

  it.each(kinds)('is true where it is right: $of', async ({ of, name, right }) => {
    const probe = await given(everywhere(txt(name, right)));
    const [evidence] = await probe({ of, domain: '$DOMAIN' });
    expect(evidence).toMatchObject({ verdict: 'true' });
    expect(evidence?.observed).not.toContain('which is allowed');
  });

  it.each(kinds)('is false where it is wrong: $of', async ({ of, name, wrong }) => {
    const probe = await given(everywhere(txt(name, wrong)));
    const [evidence] = await probe({ of, domain: '$DOMAIN' });
    expect(evidence).toMatchObject({ verdict: 'false', remedy: expect.stringMatching(/^Write (?:id|rua)=/) });
  });
});
