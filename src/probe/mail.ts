import type { ProbeContext } from './context.ts';
import type { Evidence } from './evidence.ts';
import { lookAtDkim } from './mail/dkim.ts';
import { lookAtDmarc } from './mail/dmarc.ts';
import { lookAtMessage } from './mail/message.ts';
import { lookAtSigned } from './mail/signed.ts';
import { lookAtSpf } from './mail/spf.ts';
import { lookAtMtaSts, lookAtTlsRpt } from './mail/tls-in.ts';
import type { MailSpec } from './spec/mail.ts';

/**
 * Looks at what makes receivers trust mail: the published records as they are evaluated, a signed message, or one that
 * arrived. Rejects with the signal's reason, or with ProbeInputError where what it is given makes no sense.
 */
export function runMailProbe(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  return lookers[spec.of](spec, context);
}

const lookers: {
  readonly [Subject in MailSpec['of']]: (spec: MailSpec, context: ProbeContext) => Promise<readonly Evidence[]>;
} = {
  spf: lookAtSpf,
  dkim: lookAtDkim,
  dmarc: lookAtDmarc,
  'mta-sts': lookAtMtaSts,
  'tls-rpt': lookAtTlsRpt,
  signed: lookAtSigned,
  message: lookAtMessage,
};
