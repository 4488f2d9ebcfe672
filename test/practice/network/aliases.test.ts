import { describe, expect, it } from 'vitest';
import {
  AliasError,
  type Directory,
  readAliases,
  resolveAliases,
} from '../../../src/practice/network/chasquid/aliases.ts';

const lax = { isStrict: false };

function directory(text: string, users: readonly string[] = []): Directory {
  const aliases = readAliases(text, 'example.com', lax);
  return {
    aliasesOf: (domain) => (domain === 'example.com' ? aliases : undefined),
    hasUser: (address) => users.includes(address),
  };
}

function leadsTo(address: string, text: string, users: readonly string[] = []): string[] {
  return resolveAliases(address, directory(text, users)).map((each) =>
    each.kind === 'pipe' ? `| ${each.command}` : `${each.address}${each.kind === 'forward' ? ` via ${each.via}` : ''}`,
  );
}

describe('chasquid’s aliases', () => {
  it('lead on, through others, to several at once', () => {
    const text = '# a comment\npostmaster: i, b@other.test\ni: alice@gmail.com\n';
    expect(leadsTo('postmaster@example.com', text)).toEqual(['alice@gmail.com', 'b@other.test']);
  });

  it('know a name in any case, with dots, and with what follows a plus', () => {
    expect(leadsTo('P.Ost+tag@example.com', 'post: alice@gmail.com')).toEqual(['alice@gmail.com']);
  });

  it('let the last line of a name count, and the star take what no other does and no user has', () => {
    const text = 'a: x@other.test\na: y@other.test\n*: alice@gmail.com';
    expect(leadsTo('a@example.com', text)).toEqual(['y@other.test']);
    expect(leadsTo('anything@example.com', text)).toEqual(['alice@gmail.com']);
    expect(leadsTo('i@example.com', text, ['i@example.com'])).toEqual(['i@example.com']);
  });

  it('lead into programs, and by way of servers', () => {
    expect(leadsTo('p@example.com', 'p: | /bin/cat -n')).toEqual(['| /bin/cat -n']);
    expect(leadsTo('v@example.com', 'v: a@example.com via mx1/mx2')).toEqual(['a@example.com via mx1,mx2']);
  });

  it('have an end, or are refused', () => {
    expect(() => leadsTo('a@example.com', 'a: b\nb: a')).toThrow(AliasError);
  });

  it('pass over a line without a colon, or name it where they are read strictly', () => {
    expect(leadsTo('a@example.com', 'nonsense\na: b@other.test')).toEqual(['b@other.test']);
    expect(() => readAliases('a: b\nnonsense', 'example.com', { isStrict: true })).toThrow(
      "line 2: missing ':' in line",
    );
  });
});
