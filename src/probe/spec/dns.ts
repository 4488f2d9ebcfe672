import * as z from 'zod';
import { refuse, text, vantages, when } from './terms.ts';

/** Published DNS: either this step's own `yaml records`, or one name and type. */
export const dnsSpec = z
  .strictObject({
    from: z.union([z.enum(vantages), z.array(z.enum(vantages)).min(1)]).default(['authority', 'public']),
    /** Compare the step's records with what is published. */
    records: z.literal(true).optional(),
    name: text.optional(),
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'PTR', 'SOA', 'CAA', 'TLSA', 'SRV']).optional(),
    /** The exact set of values; without it, any answer will do. */
    is: z.union([text, z.array(text)]).optional(),
    /** There must be no such record. */
    absent: z.literal(true).optional(),
    /**
     * CAA: an authority, such as `letsencrypt.org`, that must be allowed to issue for the name, be it that there is no such
     * record at it or above it. The name may begin with `*.`.
     */
    allows: text.optional(),
    remedy: text.optional(),
    when,
  })
  .superRefine(checkDns);

/** What a guide asks of a `dns` probe. */
export type DnsSpec = z.infer<typeof dnsSpec>;

function checkDns(
  spec: { records?: unknown; name?: unknown; type?: unknown; is?: unknown; absent?: unknown; allows?: unknown },
  context: z.RefinementCtx,
): void {
  if (spec.records !== undefined) {
    for (const key of ['name', 'type', 'is', 'absent', 'allows'] as const) {
      if (spec[key] === undefined) continue;
      const message = "has no meaning with `records: true`, which compares the step's own records";
      refuse(context, key, { message, remedy: 'Take one of the two out.' });
    }
    return;
  }
  for (const key of ['name', 'type'] as const) {
    if (spec[key] !== undefined) continue;
    const remedy = `Add \`${key}\`, or \`records: true\` to compare the step's own records.`;
    refuse(context, key, { message: 'is missing', remedy });
  }
  if (spec.is !== undefined && spec.absent !== undefined) {
    refuse(context, 'absent', { message: 'contradicts `is`', remedy: 'Take one of the two out.' });
  }
  if (spec.allows === undefined) return;
  if (spec.type !== undefined && spec.type !== 'CAA') {
    refuse(context, 'allows', { message: 'has a meaning with `type: CAA` alone', remedy: 'Take one of the two out.' });
  }
  for (const key of ['is', 'absent'] as const) {
    if (spec[key] === undefined) continue;
    refuse(context, 'allows', { message: `contradicts \`${key}\``, remedy: 'Take one of the two out.' });
  }
}
