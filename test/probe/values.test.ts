import { describe, expect, it } from 'vitest';
import { readOutputs } from '../../src/probe/outputs.ts';
import { expandPattern, expandPort, expandVariables, isWanted, ProbeInputError } from '../../src/probe/values.ts';

const values = { DOMAIN: 'example.com', PORT: '587', EMPTY: '', NESTED: '$DOMAIN', DOTTED: 'a.b+c' };

describe('a probe’s texts', () => {
  it.each([
    ['mx.$DOMAIN', 'mx.example.com'],
    [`mx.\${DOMAIN}_x`, 'mx.example.com_x'],
    ['costs 5$ or $5', 'costs 5$ or $5'],
    ['$domain', '$domain'],
    ['$NESTED', '$DOMAIN'],
  ])('%s becomes %s', (text, expected) => {
    expect(expandVariables(text, values)).toBe(expected);
  });

  it.each(['$MISSING', '$EMPTY', `\${MISSING}`])('refuse %s, which has no value', (text) => {
    expect(() => expandVariables(text, values)).toThrow(ProbeInputError);
  });

  it('take values in patterns as they are, and know the end of a line', () => {
    const pattern = expandPattern('^220 $DOTTED$', values);
    expect(pattern.test('hello\n220 a.b+c\nbye')).toBe(true);
    expect(pattern.test('220 aXbbc')).toBe(false);
  });

  it('refuse a pattern that is none', () => {
    expect(() => expandPattern('(', values)).toThrow(ProbeInputError);
  });

  it('know a port by its number or its variable', () => {
    expect(expandPort(25, values)).toBe(25);
    expect(expandPort('$PORT', values)).toBe(587);
    for (const port of ['', 'smtp', '0', '65536', '2.5', '$DOMAIN']) {
      expect(() => expandPort(port, values)).toThrow(ProbeInputError);
    }
  });

  it('are wanted only where their condition has a value', () => {
    expect(isWanted(undefined, values)).toBe(true);
    expect(isWanted('domain', values)).toBe(true);
    expect(isWanted('empty', values)).toBe(false);
    expect(isWanted('missing', values)).toBe(false);
  });
});

describe('what a script gives to later steps', () => {
  it('is key=value, a line each, the last one counting', () => {
    expect(readOutputs('a=1\nb_2=x = y\na=\n')).toEqual({ outputs: { a: '', b_2: 'x = y' }, invalid: [] });
  });

  it('is nothing that would not be shown as it is', () => {
    const long = 'x'.repeat(5_000);
    const read = readOutputs(`no pair\nUPPER=1\nred=\u001b[31mred\nlong=${long}\n=x\nok=yes`);
    expect(read.outputs).toEqual({ ok: 'yes' });
    expect(read.invalid.slice(0, 3)).toEqual(['no pair', 'UPPER=1', 'red=red']);
    expect(read.invalid).toHaveLength(5);
  });
});
