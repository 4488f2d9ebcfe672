import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { ArcSet, ReceivedMessage } from '../message.ts';
import { receiversResults } from '../message.ts';
import { isForwarded, receiverName } from './receiver.ts';

const arc = findingsAbout('arc');
const forwarding = findingsAbout('forwarding');

/** What those who passed the message on say they found (RFC 8617), and whether the receiver believes the chain. */
export function explainArc(message: ReceivedMessage): readonly Finding[] {
  const who = receiverName(message);
  const [result] = receiversResults(message, 'arc');
  const broken = message.arc.find(({ chain }) => chain === 'fail');
  if (result?.result === 'fail' || broken !== undefined) {
    const where = broken === undefined ? who : broken.sealedBy;
    return [
      arc.warning(
        `The ARC chain is broken (${where}): what was found before it was passed on counts for nothing.`,
        'Somebody on the way changed the message; only a DKIM signature that still holds helps.',
      ),
    ];
  }
  // The receiver's own seal is there in case somebody forwards the message from there.
  if (!isForwarded(message) || message.arc.length === 0) return [];
  const found = message.arc.flatMap(foundText);
  const sentence = `ARC says what was found on the way: ${found.join('; ')}.`;
  return result?.result === 'pass'
    ? [arc.good(`${sentence} ${who} found the chain whole.`)]
    : [arc.unknown(`${sentence} Whether ${who} believes it is not told.`)];
}

/** That somebody passed the message on, and how that is seen. */
export function explainForwarding({ forwardingSigns }: ReceivedMessage): readonly Finding[] {
  if (forwardingSigns.length === 0) return [];
  return [
    forwarding.warning(
      `The message was passed on by somebody: ${forwardingSigns.join(', ')}.`,
      'Its SPF speaks of who passed it on. To judge the server, send a message straight to a mailbox.',
    ),
  ];
}

function foundText({ sealedBy, authservId, results }: ArcSet): readonly string[] {
  const told = results
    .filter(({ method }) => ['spf', 'dkim', 'dmarc'].includes(method))
    .map(({ method, result }) => `${method}=${result}`);
  return told.length === 0 ? [] : [`${authservId ?? (sealedBy || 'somebody')} ${told.join(' ')}`];
}
