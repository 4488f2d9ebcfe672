import { networkFaults } from '../../../src/practice/network/fault-names.ts';

/** Everything that can be broken by name, and what is broken then. */
export const faults = {
  ...networkFaults,
  'ipv6-down': 'IPv6 is switched off on the server, and with it its address and its route are gone.',
  'hostname-on-loopback': 'On the server itself its own name means 127.0.1.1, because /etc/hosts says so.',
  'users-of-root': 'The file of the senders belongs to root, and chasquid, which was started anew, cannot read it.',
  'sender-unseen': 'The file of the senders was put in its place after chasquid had started.',
  'dkim-key-of-root': 'The key for signing belongs to root alone.',
  'dkim-key-gone': 'The key for signing is not where chasquid looks for it.',
  'dkim-program-gone': 'The program by which the hook of an old chasquid signs is not there.',
  'from-of-another-domain': 'What was sent from Gmail has another domain in its From line than in its envelope.',
  'message-without-id': 'What was sent from Gmail has neither a Message-ID nor a Date.',
  'greets-as-another': 'chasquid greets with the name of another server.',
  'domain-named-wrong': 'The folder of the domain is named after the mail server, so chasquid serves another domain.',
  'socket-unknown': 'The socket for port 25 has a name that chasquid does not know.',
  'chasquid-old': 'The running chasquid is the one of the suite’s own package, older than the guide wants.',
  'queue-nearly-full': 'A hundred and sixty messages wait in the queue.',
  'port-80-taken': 'Another program holds port 80, where the certificate is renewed.',
  'certificate-not-served': 'The certificate was renewed on the disk, and chasquid goes on with the one of before.',
  'certificate-key-of-root': 'The key of the certificate belongs to root alone.',
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof faults;
