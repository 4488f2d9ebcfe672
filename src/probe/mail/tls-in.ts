import type { Finding } from '../../mail/finding.ts';
import { lintMtaSts } from '../../mail/records/mta-sts.ts';
import { lintTlsRpt } from '../../mail/records/tls-rpt.ts';
import type { ProbeContext } from '../context.ts';
import { dnsName } from '../dns/name.ts';
import { lookAtRecord, readingOf } from '../dns/read-record.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { domainOf, recordVantages } from './asked.ts';

/** Looks at the record that announces a domain's MTA-STS policy, where there is one. The policy itself is not fetched. */
export function lookAtMtaSts(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  return lookIfThere({ of: 'mta-sts', label: '_mta-sts', title: 'MTA-STS', lint: lintMtaSts }, spec, context);
}

/** Looks at the record that asks for reports about TLS to a domain, where there is one. */
export function lookAtTlsRpt(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  return lookIfThere({ of: 'tls-rpt', label: '_smtp._tls', title: 'TLS-RPT', lint: lintTlsRpt }, spec, context);
}

/** A record that nobody needs, and that must be right where it is. */
interface OptionalRecord {
  readonly of: MailSpec['of'];
  readonly label: string;
  readonly title: string;
  readonly lint: (records: readonly string[], domain: string) => readonly Finding[];
}

async function lookIfThere(
  { of, label, title, lint }: OptionalRecord,
  spec: MailSpec,
  context: ProbeContext,
): Promise<readonly Evidence[]> {
  const domain = domainOf(spec, context);
  return lookAtRecord(
    {
      probe: `mail ${of} ${domain}`,
      question: { name: dnsName(`${label}.${domain}`), type: 'TXT' },
      expected: `no ${title} record, or one that is right`,
      read: async ({ records }) => {
        const findings = lint(records, domain);
        return readingOf(findings, findings.map(({ sentence }) => sentence).join(' '));
      },
      recognises: null,
    },
    { from: recordVantages(spec), remedy: spec.remedy },
    context,
  );
}
