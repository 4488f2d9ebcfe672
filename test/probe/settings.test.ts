import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/probe/conclude.ts';
import { evidenceSchema } from '../../src/probe/evidence.ts';
import { defaultSettings } from '../../src/probe/settings.ts';

describe('the settings of real use', () => {
  it('take the resolvers that this machine is configured with, in every form that Node gives', () => {
    const told = ['192.0.2.1', '192.0.2.2:5353', '2001:db8::1', '[2001:db8::2]:5353'];
    expect(defaultSettings(told).systemResolvers).toEqual([
      { address: '192.0.2.1', port: 53 },
      { address: '192.0.2.2', port: 5_353 },
      { address: '2001:db8::1', port: 53 },
      { address: '2001:db8::2', port: 5_353 },
    ]);
  });

  it('know public resolvers of several owners by their addresses, over IPv4 and IPv6', () => {
    const families = defaultSettings().resolvers.map(({ address }) => isIP(address));
    expect(families.filter((family) => family === 4).length).toBeGreaterThanOrEqual(3);
    expect(families.filter((family) => family === 6).length).toBeGreaterThanOrEqual(3);
  });
});

describe('evidence', () => {
  it('is safe to show and bounded in every text', () => {
    const hostile = `\u001b]0;x\u0007\u202ea\r\nb ${'🕊'.repeat(10_000)}`;
    const evidence = conclude(
      {
        probe: hostile,
        verdict: 'false',
        expected: hostile,
        observed: hostile,
        raw: hostile,
        vantage: hostile,
        remedy: hostile,
      },
      new Date('2026-11-24T12:00:00Z'),
    );
    expect(evidenceSchema.parse(evidence)).toEqual(evidence);
    for (const text of [
      evidence.probe,
      evidence.expected,
      evidence.observed,
      evidence.vantage,
      evidence.remedy ?? '',
    ]) {
      expect(text).toMatch(/^a b 🕊+…( \[\+\d+ chars\])?$/u);
    }
    expect(evidence.raw.length).toBeLessThanOrEqual(4_000);
    expect(Buffer.from(evidence.raw).toString()).toBe(evidence.raw);
  });

  it('has no remedy where nothing is to be mended', () => {
    const finding = { probe: 'p', expected: 'e', observed: 'o', vantage: 'here', remedy: 'Do it.' };
    expect(conclude({ ...finding, verdict: 'true' }, new Date(0)).remedy).toBeUndefined();
    expect(conclude({ ...finding, verdict: 'warning' }, new Date(0)).remedy).toBe('Do it.');
  });
});
