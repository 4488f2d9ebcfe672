import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashedHostsField,
  hostsFieldMatches,
  knownHostsName,
  knownTypes,
  parseKnownHosts,
  standingOf,
  withoutHost,
} from '../../src/remote/host-keys/known-hosts.ts';
import { programAvailable } from '../sshd.ts';

/** A public key's blob that says it is of that type. */
function aKey(type: string, seed: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed)]);
}
const ed25519 = aKey('ssh-ed25519', 'one');
const other = aKey('ssh-ed25519', 'two');
const rsa = aKey('ssh-rsa', 'three');
const line = (hosts: string, blob = ed25519, type = 'ssh-ed25519') => `${hosts} ${type} ${blob.toString('base64')}`;

const standing = (text: string, blob = ed25519, host = 'mx.example.org', port = 22) =>
  standingOf(parseKnownHosts(text).lines, host, port, blob).kind;

describe('a known_hosts line', () => {
  it.each([
    ['mx.example.org', true],
    ['MX.Example.org', true],
    ['other.org,mx.example.org', true],
    ['*.example.org', true],
    ['mx.example.or?', true],
    ['*', true],
    ['*.example.org,!mx.example.org', false],
    ['!mx.example.org,*.example.org', false],
    ['!mx.example.org', false],
    ['mx.example', false],
    ['x.example.org', false],
    ['mxxexample.org', false],
    ['[mx.example.org]:2222', false],
  ])('with hosts %s means mx.example.org: %s', (hosts, isMatch) => {
    expect(hostsFieldMatches(hosts, 'mx.example.org')).toBe(isMatch);
  });

  it('means a port other than 22 by brackets', () => {
    expect(knownHostsName('MX.example.org', 22)).toBe('mx.example.org');
    expect(knownHostsName('::1', 2222)).toBe('[::1]:2222');
    expect(standing(line('[mx.example.org]:2222'), ed25519, 'mx.example.org', 2222)).toBe('trusted');
    expect(standing(line('[mx.example.org]:*'), ed25519, 'mx.example.org', 2222)).toBe('trusted');
  });

  it('may be hashed', () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('mx.example.org').digest('base64');
    expect(standing(line(`|1|${salt.toString('base64')}|${hash}`))).toBe('trusted');
    expect(hostsFieldMatches(hashedHostsField('mx.example.org'), 'mx.example.org')).toBe(true);
    expect(hostsFieldMatches(hashedHostsField('mx.example.org'), 'mx.example.net')).toBe(false);
  });

  it('may have a comment, blanks, a carriage return', () => {
    expect(standing(`  \t${line('mx.example.org')} a comment\r\n\n# no line\n`)).toBe('trusted');
  });

  it.each([
    'mx.example.org',
    'mx.example.org ssh-ed25519',
    'mx.example.org ssh-ed25519 !!!',
    `mx.example.org ssh-rsa ${ed25519.toString('base64')}`,
    `|2|abc|def ssh-ed25519 ${ed25519.toString('base64')}`,
    `@unheard ${line('mx.example.org')}`,
    'mx.example.org 2048 65537 123456',
  ])('that cannot be read is counted and proves nothing: %s', (text) => {
    expect(parseKnownHosts(text)).toMatchObject({ lines: [], malformed: 1 });
    expect(standing(text)).toBe('unknown');
  });
});

describe('a key that a server shows', () => {
  it('is changed where the host is known by others only, of whatever type', () => {
    expect(standing(line('mx.example.org', other))).toBe('changed');
    expect(standing(line('mx.example.org', rsa, 'ssh-rsa'))).toBe('changed');
  });

  it('is trusted where one of several lines has it', () => {
    expect(standing(`${line('mx.example.org', other)}\n${line('mx.example.org')}`)).toBe('trusted');
  });

  it('is revoked whatever else is said', () => {
    expect(standing(`${line('mx.example.org')}\n@revoked ${line('*')}`)).toBe('revoked');
    expect(standing(`@revoked ${line('*')}`, ed25519, 'mx.example.org', 2222)).toBe('revoked');
    expect(standing(`@revoked ${line('*', other)}\n${line('mx.example.org')}`)).toBe('trusted');
  });

  it('is not trusted by a certificate authority', () => {
    expect(standing(`@cert-authority ${line('*')}`)).toBe('unknown');
  });

  it('is not compared with a plain name’s key where that differs, on another port', () => {
    expect(standing(line('mx.example.org', other), ed25519, 'mx.example.org', 2222)).toBe('unknown');
  });

  it('has its known types asked for in the order of the file', () => {
    const { lines } = parseKnownHosts(`${line('mx.example.org', rsa, 'ssh-rsa')}\n${line('mx.example.org')}`);
    expect(knownTypes(lines, 'mx.example.org', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(knownTypes(lines, 'mx.example.org', 2222)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(knownTypes(lines, 'unknown.example.org', 22)).toEqual([]);
  });

  it('is never trusted by any text that does not hold it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(standing(text)).not.toBe('trusted');
      }),
    );
  });
});

describe('forgetting a host', () => {
  it('leaves every other line as it was', () => {
    const kept = `# mx.example.org\n@revoked ${line('mx.example.org')}\n${line('*.example.org')}\nbroken mx.example.org\n`;
    const text = `${kept}${line('mx.example.org')}\n${line(hashedHostsField('mx.example.org'))}\n`;
    expect(withoutHost(text, 'mx.example.org')).toBe(kept);
  });

  it('leaves the other names of its line', () => {
    expect(withoutHost(line('a,mx.example.org,b'), 'mx.example.org')).toBe(line('a,b'));
  });
});

describe.skipIf(!programAvailable('ssh-keygen'))('ssh-keygen', () => {
  it('agrees about which lines mean a host', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'brevduva-hosts-'));
    const key = join(directory, 'key');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const { stdout } = await execa('ssh-keygen', ['-y', '-f', key]);
    const publicKey = stdout.split(' ').slice(0, 2).join(' ');
    const fields = ['mx.example.org', '*.example.org', '*,!mx.example.org', 'MX.EXAMPLE.ORG', 'a,?x.*', '!a,*', 'mx'];
    const file = join(directory, 'known_hosts');
    await writeFile(file, fields.map((hosts) => `${hosts} ${publicKey}\n`).join(''));
    const found = await execa('ssh-keygen', ['-F', 'mx.example.org', '-f', file], { reject: false });
    const numbers = [...found.stdout.matchAll(/found: line (\d+)/g)].map(([, number]) => Number(number));
    const ours = fields.flatMap((hosts, index) => (hostsFieldMatches(hosts, 'mx.example.org') ? [index + 1] : []));
    expect(ours).toEqual(numbers);
    await rm(directory, { recursive: true });
  });
});
