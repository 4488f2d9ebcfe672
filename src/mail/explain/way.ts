import { canonicalName } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { ReceivedMessage } from '../message.ts';

const tls = findingsAbout('tls');
const addressed = findingsAbout('address');
const reverse = findingsAbout('reverse-name');
const folder = findingsAbout('folder');

const noHop = 'No Received field shows how the message came to the receiver';
const allHeaders = 'Take all headers, with every Received field.';

/** Whether the hop to the receiver was encrypted, and how. */
export function explainTls({ sendingHop }: ReceivedMessage): readonly Finding[] {
  if (sendingHop === null) return [tls.unknown(`${noHop}, so TLS cannot be told.`, allHeaders)];
  const { tls: used, by, with: protocol } = sendingHop;
  if (used === null) {
    // RFC 3848: a server that names the protocol says with an S that TLS was used
    return /^(?:E?SMTPA?|UTF8SMTPA?)$/i.test(protocol)
      ? [
          tls.bad(
            `The message came to ${by} without TLS, in the clear.`,
            'Let the server use STARTTLS for outgoing mail; chasquid does so by itself wherever it is offered.',
          ),
        ]
      : [tls.unknown(`${by || 'The receiver'} did not write down whether TLS was used.`)];
  }
  const cipher = used.cipher === '' ? '' : ` (${used.cipher})`;
  if (used.version === '') return [tls.good(`The message came to ${by} over TLS${cipher}; its version is not told.`)];
  if (used.version === '1.0' || used.version === '1.1') {
    return [
      tls.warning(
        `The message came to ${by} over TLS ${used.version}${cipher}, which is obsolete (RFC 8996).`,
        'Update the mail server: current ones speak TLS 1.2 and 1.3.',
      ),
    ];
  }
  return [tls.good(`The message came to ${by} over TLS ${used.version}${cipher}.`)];
}

/** From which address the receiver got the message. */
export function explainAddress({ sendingHop }: ReceivedMessage): readonly Finding[] {
  if (sendingHop === null) return [addressed.unknown(`${noHop}, so the sending address cannot be told.`, allHeaders)];
  const { address, family, by } = sendingHop;
  if (address === null) return [addressed.unknown(`${by} did not write down the address that the message came from.`)];
  return [addressed.good(`The message came to ${by} over IPv${family}, from ${address}.`)];
}

/** Whether the sending address has a reverse name, and the one that the server greets with. */
export function explainReverseName({ sendingHop }: ReceivedMessage): readonly Finding[] {
  if (sendingHop === null || sendingHop.address === null) return [];
  const { address, reverseName, from } = sendingHop;
  if (reverseName === null) return [];
  const greeting = canonicalName(from);
  if (reverseName === '') {
    return [
      reverse.bad(
        `The address ${address} has no reverse name that leads back to it.`,
        `Set the reverse name of ${address} at the provider to the server’s full name, and publish the record that leads back.`,
      ),
    ];
  }
  if (canonicalName(reverseName) === greeting) {
    return [reverse.good(`The reverse name of ${address} is ${reverseName}, and the server greets with that.`)];
  }
  return [
    reverse.warning(
      `The reverse name of ${address} is ${reverseName}, and the server greets with ${from || 'none'}.`,
      'Let both be the server’s full name: set the reverse name at the provider, and the host name in the mail server.',
    ),
  ];
}

/** Whether the receiver took the message for spam, where its headers tell. */
export function explainFolder({ spamHints }: ReceivedMessage): readonly Finding[] {
  const spam = spamHints.filter(({ says }) => says === 'spam');
  const [first] = spam.length > 0 ? spam : spamHints;
  if (first === undefined) return [];
  return first.says === 'spam'
    ? [
        folder.bad(
          `The receiver took the message for spam (${first.header}).`,
          'Mend what is bad above. If nothing is, the address or the domain is new to the receiver: mark the message as no spam, and send little for some weeks.',
        ),
      ]
    : [folder.good(`The receiver did not take the message for spam (${first.header}).`)];
}
