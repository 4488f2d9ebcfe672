import { isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod';
import type { Complain } from './error.ts';
import type { RecordSpec } from './guide.ts';
import { templatesIn } from './names.ts';
import type { YamlReading } from './yaml.ts';
import { conform } from './yaml.ts';

/** Seconds that resolvers keep a record where the guide does not say: an hour. */
const defaultTtl = 3600;
const form = 'Write a list of records, such as `- {name: "{{domain}}", type: TXT, value: "v=spf1 mx -all"}`.';

const recordSpec = z
  .strictObject({
    name: z.string().trim().min(1),
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'PTR', 'CAA', 'TLSA', 'SRV']),
    value: z.string().trim().min(1),
    /** RFC 2181 §8: at most 2^31 - 1. */
    ttl: z.number().int().min(0).max(2_147_483_647).default(defaultTtl),
    priority: z.number().int().min(0).max(65_535).optional(),
    when: z.string().min(1).optional(),
  })
  .superRefine(({ type, value, priority }, context) => {
    const refuse = (key: string, message: string, remedy: string) =>
      context.addIssue({ code: 'custom', path: [key], message, params: { remedy } });
    const needsPriority = type === 'MX' || type === 'SRV';
    if (needsPriority && priority === undefined) {
      refuse('priority', `is missing, and a record of type ${type} has one`, 'Add it, such as `priority: 10`.');
    }
    if (!needsPriority && priority !== undefined) {
      refuse('priority', `has no meaning for a record of type ${type}`, 'Take it out.');
    }
    if (templatesIn(value).length > 0) return;
    if (type === 'A' && !isIPv4(value)) refuse('value', 'must be an IPv4 address in an A record', 'Mend the value.');
    if (type === 'AAAA' && !isIPv6(value)) {
      refuse('value', 'must be an IPv6 address in an AAAA record', 'Mend the value.');
    }
  });

/** The records of a `yaml records` fence; complains of all that is wrong with it, and leaves those records out. */
export function readRecords(reading: YamlReading, complain: Complain): readonly RecordSpec[] {
  const { value } = reading;
  if (!Array.isArray(value) || value.length === 0) {
    const place = reading.placeOf([]);
    complain({ sentence: 'A `yaml records` fence must be a list of records.', place, remedy: form });
    return [];
  }
  return value.flatMap((_, position) => conform(recordSpec, { reading, at: [position], complain }) ?? []);
}
