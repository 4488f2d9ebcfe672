import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { MailHost } from '../../../src/practice/network/chasquid/mail-host.ts';
import { hashPassword, writeUsers } from '../../../src/practice/network/chasquid/users.ts';
import type { Internet } from '../../../src/practice/network/internet.ts';

/** A double of the practice machine, as its mail server sees it: files in a map, and a log. */
export class MemoryHost implements MailHost {
  readonly files = new Map<string, Buffer>();
  readonly unreadable = new Set<string>();
  readonly links = new Set<string>();
  readonly lines: string[] = [];
  /** Of the machine's outgoing connections. */
  sources: { 4?: string; 6?: string } = { 4: '203.0.113.10', 6: '2001:db8:113::10' };
  readonly #listeners = new Set<(line: string) => void>();

  put(path: string, content: string): void {
    this.files.set(path, Buffer.from(content));
  }

  /** Resolves to the first line of the log that has that text, also one that is there already. */
  async said(text: string): Promise<string> {
    const found = this.lines.find((line) => line.includes(text));
    if (found !== undefined) return found;
    return new Promise((resolve) => {
      const listener = (line: string): void => {
        if (!line.includes(text)) return;
        this.#listeners.delete(listener);
        resolve(line);
      };
      this.#listeners.add(listener);
    });
  }

  async read(path: string) {
    return this.files.get(path);
  }

  async list(path: string) {
    const names = new Map<string, 'file' | 'folder' | 'link'>();
    for (const file of this.files.keys()) {
      if (!file.startsWith(`${path}/`)) continue;
      const [name = '', ...below] = file.slice(path.length + 1).split('/');
      const isLink = this.links.has(`${path}/${name}`);
      names.set(name, isLink ? 'link' : below.length > 0 ? 'folder' : 'file');
    }
    return names.size === 0 ? undefined : [...names].map(([name, kind]) => ({ name, kind }));
  }

  async canRead(path: string) {
    return !this.unreadable.has(path);
  }

  async write(path: string, text: string) {
    this.put(path, text);
  }

  async remove(path: string) {
    this.files.delete(path);
  }

  hostname() {
    return 'vmi1';
  }

  source(family: 4 | 6) {
    return this.sources[family];
  }

  now() {
    return new Date();
  }

  log(line: string) {
    this.lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }
}

export const password = 'correct horse';
const domainFolder = '/etc/chasquid/domains/example.com';

/** The TXT record for a key that mail is signed with. */
export interface SigningKey {
  readonly pem: string;
  readonly record: string;
}

/** A key pair of RSA, 2048 bits. */
export function aSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const octets = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
  return { pem, record: `v=DKIM1; k=rsa; p=${octets.toString('base64')}` };
}

/** A machine on which chasquid is configured as the guide does it: a certificate, the user i, no key. */
export async function aMailHost({ authority }: Pick<Internet, 'authority'>): Promise<MemoryHost> {
  const host = new MemoryHost();
  const { fullchain, key } = authority.issue(['smtp.example.com']);
  host.put('/etc/chasquid/chasquid.conf', '# Brevduva\nhostname: "smtp.example.com"\nmail_log_path: "<stderr>"\n');
  host.put('/etc/chasquid/certs/smtp.example.com/fullchain.pem', fullchain);
  host.put('/etc/chasquid/certs/smtp.example.com/privkey.pem', key);
  host.put(`${domainFolder}/users`, writeUsers(new Map([['i', await hashPassword(password)]])));
  host.put(`${domainFolder}/aliases`, '# who gets what\npostmaster: alice@gmail.com\n*: alice@gmail.com\n');
  return host;
}

/** Publishes the records that the guide asks for, and the key where one is given. */
export function publishRecords({ registrar }: Pick<Internet, 'registrar'>, key?: SigningKey): void {
  registrar.add({ name: 'smtp', type: 'A', value: '203.0.113.10' });
  registrar.add({ name: 'smtp', type: 'AAAA', value: '2001:db8:113::10' });
  registrar.add({ name: '', type: 'MX', value: '10 smtp.example.com' });
  registrar.add({ name: '', type: 'TXT', value: 'v=spf1 ip4:203.0.113.10 ip6:2001:db8:113::10 -all' });
  registrar.add({ name: '_dmarc', type: 'TXT', value: 'v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com' });
  registrar.add({ name: '203.0.113.10', type: 'PTR', value: 'smtp.example.com' });
  registrar.add({ name: '2001:db8:113::10', type: 'PTR', value: 'smtp.example.com' });
  if (key !== undefined) registrar.add({ name: 'sel._domainkey', type: 'TXT', value: key.record });
}
