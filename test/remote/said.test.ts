import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { said } from '../../src/remote/said.ts';

describe('the words of a server in a sentence of ours', () => {
  it('are one line that cannot drive the terminal, whatever they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(said(bytes)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect([...said(bytes)].length).toBeLessThanOrEqual(161);
      }),
    );
  });

  it('lose escape sequences, bidirectional overrides and line ends', () => {
    expect(said('a\u001b[31mb\r\nc\u202ed\u0000\u009b2J')).toBe('a [31mb c d 2J');
  });

  it('are cut where they are long', () => {
    expect(said('x'.repeat(1000))).toBe(`${'x'.repeat(160)}…`);
  });
});
