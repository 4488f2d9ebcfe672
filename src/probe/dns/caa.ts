import { lintCaa } from '../../mail/records/caa.ts';
import type { ProbeContext } from '../context.ts';
import type { Evidence } from '../evidence.ts';
import type { DnsSpec } from '../spec/dns.ts';
import { expandVariables } from '../values.ts';
import type { LookUp } from './ask-from.ts';
import type { Reading } from './judge.ts';
import type { Lookup } from './lookup.ts';
import { dnsName } from './name.ts';
import { lookAtRecord, readingOf } from './read-record.ts';

/**
 * Looks whether an authority may issue for a name, or for the names below one (`*.example.com`), as authorities do before
 * they issue. Rejects with ProbeInputError where the name makes no sense.
 */
export function lookAtIssuance(
  { authority, name }: { readonly authority: string; readonly name: string },
  { from, remedy }: Pick<DnsSpec, 'from' | 'remedy'>,
  context: ProbeContext,
): Promise<readonly Evidence[]> {
  const asked = { authority: expandVariables(authority, context.values), name: expandVariables(name, context.values) };
  const first = dnsName(asked.name.replace(/^\*\./, ''));
  return lookAtRecord(
    {
      probe: `dns CAA ${asked.name}`,
      question: { name: first, type: 'CAA' },
      expected: `${asked.authority} may issue for ${asked.name}`,
      read: async (lookup, lookUp): Promise<Reading<string>> => {
        const { records, owner } = await nearestRecords(lookup, lookUp, first);
        const findings = lintCaa(records, owner, asked);
        return readingOf(findings, findings.map(({ sentence }) => sentence).join(' '));
      },
      recognises: null,
    },
    { from: [from].flat(), remedy },
    context,
  );
}

/** The records that count: those of the name, or of the nearest above it that has some (RFC 8659 §3). */
async function nearestRecords(
  lookup: Lookup,
  lookUp: LookUp,
  name: string,
): Promise<{ readonly records: readonly string[]; readonly owner: string }> {
  let { records } = lookup;
  let owner = name;
  while (records.length === 0 && owner.includes('.')) {
    owner = owner.slice(owner.indexOf('.') + 1);
    ({ records } = await lookUp({ name: owner, type: 'CAA' }));
  }
  return { records, owner };
}
