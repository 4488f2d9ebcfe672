import { describe, expect, it } from 'vitest';
import { parseTarget, targetText } from '../../src/cli/target.ts';
import { UsageError } from '../../src/error.ts';

describe('a target', () => {
  it.each([
    ['mail.example.com', { host: 'mail.example.com' }],
    ['root@203.0.113.10', { user: 'root', host: '203.0.113.10' }],
    ['root@203.0.113.10:2222', { user: 'root', host: '203.0.113.10', port: 2222 }],
    ['2001:db8::1', { host: '2001:db8::1' }],
    ['root@[2001:db8::1]:22', { user: 'root', host: '2001:db8::1', port: 22 }],
    ['my-alias', { host: 'my-alias' }],
  ])('reads %s', (text, parts) => {
    expect(parseTarget(text)).toEqual({ user: undefined, ...parts });
  });

  it.each([
    '',
    'root@',
    '@host',
    '-oProxyCommand=x',
    'root@-oX',
    'a b',
    'host:0',
    'host:70000',
    'host:x',
    '[2001:db8::1',
    'a/b',
    'a;b',
  ])('refuses “%s” with a sentence and a remedy', (text) => {
    expect(() => parseTarget(text)).toThrowError(UsageError);
    expect(() => parseTarget(text)).toThrowError(
      expect.objectContaining({ remedy: expect.stringContaining('user@host') }) as Error,
    );
  });

  it('names one session however it is written', () => {
    expect(targetText(parseTarget('root@MAIL.example.com'))).toBe('root@mail.example.com');
    expect(targetText(parseTarget('root@[2001:db8::1]:22'))).toBe('root@[2001:db8::1]:22');
    expect(targetText(parseTarget('[2001:db8::1]'))).toBe('2001:db8::1');
  });
});
