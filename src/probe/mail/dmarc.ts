import type { Finding } from '../../mail/finding.ts';
import { lintDmarc, lintReportAuthorization, reportAuthorizations } from '../../mail/records/dmarc.ts';
import type { ProbeContext } from '../context.ts';
import type { LookUp } from '../dns/ask-from.ts';
import type { Reading } from '../dns/judge.ts';
import type { Lookup } from '../dns/lookup.ts';
import { dnsName } from '../dns/name.ts';
import { lookAtRecord, readingOf } from '../dns/read-record.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { domainOf, recordVantages } from './asked.ts';
import { questionAbout } from './mailauth.ts';

/** A name with more labels than this is cut to seven before the walk goes on (RFC 9989 §4.10). */
const longestWalk = 8;

/**
 * Reads a domain's DMARC policy as receivers do (RFC 9989 §4.10): its own record, or the nearest above it; and whether
 * those whom it sends reports to have agreed (RFC 9990 §4).
 */
export async function lookAtDmarc(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const domain = domainOf(spec, context);
  return lookAtRecord(
    {
      probe: `mail dmarc ${domain}`,
      question: { name: dnsName(`_dmarc.${domain}`), type: 'TXT' },
      expected: 'one DMARC record with a policy, its report addresses authorised',
      read: (lookup, lookUp) => readDmarc(lookup, lookUp, domain),
      recognises: isDmarc,
    },
    { from: recordVantages(spec), remedy: spec.remedy },
    context,
  );
}

async function readDmarc(lookup: Lookup, lookUp: LookUp, domain: string): Promise<Reading<string>> {
  const isTried = lookup.records.some((record) => /dmarc/i.test(record));
  const above = isTried ? null : await policyAbove(domain, lookUp);
  const { records, owner } = above ?? { records: lookup.records, owner: domain };
  const linted = lintDmarc(records, owner);
  const published = records.filter(isDmarc);
  const [record] = published;
  const authorised = record === undefined || published.length > 1 ? [] : await reportFindings(record, owner, lookUp);
  const from = owner === domain ? '' : ` (that of ${owner}, which holds for ${domain} too)`;
  return readingOf([...linted, ...authorised], `${record ?? ''}${from}`);
}

/**
 * The nearest record above a domain that has none (RFC 9989 §4.10). That of a top-level domain is left out: what a
 * registry publishes for those who have nothing is no reason to have nothing.
 */
async function policyAbove(
  domain: string,
  lookUp: LookUp,
): Promise<{ readonly records: readonly string[]; readonly owner: string } | null> {
  const labels = domain.split('.');
  const first = labels.length > longestWalk ? labels.length - longestWalk + 1 : 1;
  for (let gone = first; gone < labels.length - 1; gone += 1) {
    const owner = labels.slice(gone).join('.');
    const { records } = await lookUp({ name: `_dmarc.${owner}`, type: 'TXT' });
    // RFC 9989 §4.10: several records at one name are none
    if (records.filter(isDmarc).length === 1) return { records, owner };
  }
  return null;
}

async function reportFindings(record: string, owner: string, lookUp: LookUp): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    reportAuthorizations(record, owner).map(async (authorization) => {
      const question = questionAbout(authorization.name, 'TXT');
      const records = question === null ? [] : (await lookUp(question)).records;
      return lintReportAuthorization(records, authorization);
    }),
  );
  return findings.flat();
}

function isDmarc(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}
