import type { Answer } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import type { DnsWorld, WorldParts } from './dns-world.ts';
import { aDnsWorld } from './dns-world.ts';

let world: DnsWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function given(parts: WorldParts): Promise<DnsWorld> {
  world = await aDnsWorld(parts);
  return world;
}

function caa(name: string, value: string, tag: 'issue' | 'issuewild' = 'issue'): Answer {
  return { type: 'CAA', name, ttl: 300, data: { flags: 0, tag, value } };
}

function everywhere(...records: readonly Answer[]): WorldParts {
  return { ns1: { records }, public1: { records }, public2: { records } };
}

const asked = { name: '$FQDN', type: 'CAA', allows: 'letsencrypt.org' } as const;

describe('whether an authority may issue', () => {
  it('is true where there is no CAA record', async () => {
    const { probe } = await given(everywhere());
    expect(await probe({ ...asked, from: 'public' })).toMatchObject([
      {
        probe: 'dns CAA mx.example.com',
        verdict: 'true',
        expected: 'letsencrypt.org may issue for mx.example.com',
        observed: 'There is no CAA record, which is allowed.',
        vantage: 'public 127.0.0.1, 127.0.0.1',
      },
    ]);
  });

  it('is told by the nearest records above the name', async () => {
    const { probe } = await given(everywhere(caa('example.com', 'ca.example.net'), caa('com', 'letsencrypt.org')));
    const seen = await probe(asked);
    expect(seen.map(({ verdict, vantage }) => [verdict, vantage])).toEqual([
      ['false', 'authority ns1.example.com'],
      ['false', 'public 127.0.0.1, 127.0.0.1'],
    ]);
    expect(seen[0]?.observed).toContain('forbid letsencrypt.org to issue for mx.example.com: 0 issue "ca.example.net"');
    expect(seen[0]?.remedy).toContain('Publish one more CAA record at example.com: 0 issue "letsencrypt.org".');
  });

  it('is told by the name itself where it has records of its own', async () => {
    const { probe } = await given(
      everywhere(caa('mx.example.com', 'letsencrypt.org'), caa('example.com', 'ca.example.net')),
    );
    expect(await probe({ ...asked, from: 'public' })).toMatchObject([
      { verdict: 'true', observed: 'The CAA records of mx.example.com let letsencrypt.org issue for mx.example.com.' },
    ]);
  });

  it('is asked of names below one by what counts for wildcards', async () => {
    const { probe } = await given(
      everywhere(caa('example.com', 'letsencrypt.org'), caa('example.com', 'ca.example.net', 'issuewild')),
    );
    const [evidence] = await probe({ ...asked, name: '*.example.com', from: 'public' });
    expect(evidence).toMatchObject({ probe: 'dns CAA *.example.com', verdict: 'false' });
    expect(evidence?.remedy).toContain('at example.com: 0 issuewild "letsencrypt.org"');
  });

  it('is unknown, never true or false, where what stands above could not be asked', async () => {
    const deaf = { failing: { 'example.com': 'SERVFAIL' } } as const;
    const { probe } = await given({ public1: deaf, public2: deaf });
    expect(await probe({ ...asked, from: 'public' })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('is on its way where only the zone’s own name servers have it', async () => {
    const old = { records: [caa('mx.example.com', 'ca.example.net')] };
    const { probe } = await given({
      ns1: { records: [caa('mx.example.com', 'letsencrypt.org')] },
      public1: old,
      public2: old,
    });
    expect(await probe(asked)).toMatchObject([{ verdict: 'true' }, { verdict: 'not-yet' }]);
  });
});
