import { explainAlignment } from './explain/alignment.ts';
import { explainArc, explainForwarding } from './explain/arc.ts';
import { explainBounce } from './explain/bounce.ts';
import { explainDkim } from './explain/dkim.ts';
import { explainDmarc } from './explain/dmarc.ts';
import { explainDate, explainFrom, explainMessageId } from './explain/form.ts';
import { explainSpf } from './explain/spf.ts';
import { explainAddress, explainFolder, explainReverseName, explainTls } from './explain/way.ts';
import type { Finding } from './finding.ts';
import type { ReceivedMessage } from './message.ts';

/**
 * What a message's headers show, a finding for each thing that decides whether mail is trusted, in a fixed order. Of a
 * bounce only why it came is told: its own headers say nothing of the message that failed.
 */
export function explain(message: ReceivedMessage): readonly Finding[] {
  if (message.isBounce) return explainBounce(message);
  return [
    explainSpf,
    explainDkim,
    explainDmarc,
    explainAlignment,
    explainArc,
    explainTls,
    explainAddress,
    explainReverseName,
    explainMessageId,
    explainDate,
    explainFrom,
    explainForwarding,
    explainFolder,
  ].flatMap((explainOne) => explainOne(message));
}
