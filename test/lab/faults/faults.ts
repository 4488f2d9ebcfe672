import { plan } from '../addresses.ts';
import { reverseNames, serverName } from '../first-checkpoints.ts';
import * as daemon from './daemon.ts';
import { type Fault, type FaultPlace, together } from './fault.ts';
import { replaceFile } from './files.ts';
import { sendWrongLetter } from './message.ts';
import type { FaultName } from './names.ts';
import { blockOutbound, switchIpv6Off } from './network.ts';
import { addRecords, damageRecord, publishUnseen } from './records.ts';
import * as sender from './sender.ts';

/** Takes a fault back, once; after that it does nothing. */
export type TakeBack = () => Promise<void>;

/** The faults of one lab. */
export interface Faults {
  /**
   * Breaks something for real. What is broken by that name already is not broken twice. Throws LabError where there is
   * nothing that could be broken, and leaves nothing half broken.
   */
  inject(name: FaultName): Promise<TakeBack>;
  /** Takes back all that is broken, the latest first. */
  takeAllBack(): Promise<void>;
}

/** The faults of a lab, of which none is injected yet. */
export function faultsIn(place: FaultPlace): Faults {
  const injected = new Map<FaultName, TakeBack>();
  return {
    inject: async (name) => {
      const already = injected.get(name);
      if (already !== undefined) return already;
      const fault = await prepare[name](place);
      const takeBack: TakeBack = async () => {
        if (injected.get(name) !== takeBack) return;
        await fault.takeBack();
        injected.delete(name);
      };
      injected.set(name, takeBack);
      try {
        await fault.inject();
      } catch (error) {
        await takeBack();
        throw error;
      }
      return takeBack;
    },
    takeAllBack: async () => {
      for (const takeBack of [...injected.values()].reverse()) await takeBack();
    },
  };
}

/** The domain that the guide makes trusted in the lab. */
const mailDomain = 'example.com';

/** The server's IPv4 address as blocklists are asked for it (RFC 5782 §2.1). */
const listedName = plan.vps.ipv4.split('.').reverse().join('.');

/** How each fault is made ready: nothing is changed yet. */
const prepare: Readonly<Record<FaultName, (place: FaultPlace) => Fault | Promise<Fault>>> = {
  'outbound-25-blocked': (place) => blockOutbound(place, 25),
  'ptr-missing': async (place) => {
    return together(
      await Promise.all(reverseNames.map((name) => damageRecord(place, { name, type: 'PTR', values: [] }))),
    );
  },
  'ptr-of-ipv6-missing': (place) => damageRecord(place, { name: reverseNames[1], type: 'PTR', values: [] }),
  'ipv6-down': switchIpv6Off,
  'aaaa-wrong': (place) => damageRecord(place, { name: serverName, type: 'AAAA', values: [plan.gmail.ipv6] }),
  'behind-proxy': (place) => damageRecord(place, { name: serverName, type: 'A', values: [plan.acme.ipv4] }),
  // As cloud-init writes it at a start, unless it is told to leave the file alone.
  'hostname-on-loopback': (place) =>
    replaceFile(place, {
      path: '/etc/hosts',
      text: `127.0.1.1 ${serverName} smtp\n127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n`,
    }),
  'users-of-root': sender.giveUsersToRoot,
  'sender-unseen': sender.hideUsersAtStart,
  'dkim-key-of-root': sender.giveKeyToRoot,
  'dkim-key-gone': sender.removeKey,
  'dkim-program-gone': sender.removeDkimsign,
  'dkim-cut-off': sender.cutKeyOff,
  'dkim-name-doubled': (place) => sender.moveKey(place, (name) => `${name}.${mailDomain}`),
  'dkim-name-bare': (place) => sender.moveKey(place, (name) => name.replace('_domainkey', 'domainkey')),
  'spf-missing': (place) => damageRecord(place, { name: mailDomain, type: 'TXT', values: [] }),
  'spf-without-ipv6': (place) =>
    damageRecord(place, { name: mailDomain, type: 'TXT', values: [`"v=spf1 ip4:${plan.vps.ipv4} ~all"`] }),
  'spf-twice': (place) =>
    damageRecord(place, {
      name: mailDomain,
      type: 'TXT',
      values: [`"v=spf1 a:${serverName} ~all"`, `"v=spf1 ip4:${plan.vps.ipv4} ip6:${plan.vps.ipv6} -all"`],
    }),
  'spf-too-deep': async (place) => {
    const names = Array.from({ length: 11 }, (_, at) => `s${at}.${mailDomain}`);
    // In several strings: one holds 255 characters.
    const terms = [`"v=spf1 a:${serverName}"`, ...names.map((name) => `" include:${name}"`), '" ~all"'];
    const values = [terms.join(' ')];
    return together([
      addRecords(
        place,
        names.map((name) => ({ name, type: 'TXT', value: '"v=spf1 ip4:192.0.2.1 -all"' })),
      ),
      await damageRecord(place, { name: mailDomain, type: 'TXT', values }),
    ]);
  },
  'spf-not-everywhere': (place) => publishUnseen(place, { name: mailDomain, type: 'TXT' }),
  'dmarc-reports-unasked': (place) =>
    damageRecord(place, {
      name: `_dmarc.${mailDomain}`,
      type: 'TXT',
      values: ['"v=DMARC1; p=none; rua=mailto:reports@example.net"'],
    }),
  'from-of-another-domain': (place) =>
    sendWrongLetter(place, {
      subject: 'From another domain',
      from: 'i@example.net',
      fields: [`Date: ${new Date().toUTCString()}`, 'Message-ID: <from-another-domain@example.net>'],
    }),
  'message-without-id': (place) =>
    sendWrongLetter(place, { subject: 'Without an id', from: `i@${mailDomain}`, fields: [] }),
  'greets-as-another': daemon.nameAnother,
  'domain-named-wrong': daemon.nameDomainWrong,
  'socket-unknown': daemon.hideSocket,
  'chasquid-old': daemon.takeOldDaemon,
  'queue-nearly-full': daemon.fillQueue,
  'address-listed': (place) =>
    addRecords(place, [{ name: `${listedName}.zen.spamhaus.org`, type: 'A', value: '127.0.0.2' }]),
  'blocklist-refuses': (place) =>
    damageRecord(place, { name: '2.0.0.127.zen.spamhaus.org', type: 'A', values: ['127.255.255.254'] }),
  'port-80-taken': daemon.takePort80,
  'certificate-not-served': daemon.serveOldCertificate,
  'certificate-key-of-root': (place) => sender.giveToRoot(place, `/etc/chasquid/certs/${serverName}/privkey.pem`),
};
