import type { ProbeContext } from '../context.ts';
import { dnsName } from '../dns/name.ts';
import type { MailSpec } from '../spec/mail.ts';
import type { Vantage } from '../spec/terms.ts';
import { expandVariables, ProbeInputError } from '../values.ts';

/** From where a record is looked up. */
export function recordVantages({ from = ['authority', 'public'] }: MailSpec): readonly Vantage[] {
  return [from].flat();
}

/** The sender's domain, in A-labels. Throws ProbeInputError. */
export function domainOf(spec: MailSpec, context: ProbeContext): string {
  return dnsName(asked(spec, 'domain', context));
}

/** What a guide asks with a key that its schema needs, its variables filled in. Throws ProbeInputError. */
export function asked(spec: MailSpec, key: 'domain' | 'selector' | 'key' | 'file', { values }: ProbeContext): string {
  const written = spec[key];
  if (written !== undefined) return expandVariables(written, values);
  throw new ProbeInputError({
    sentence: `The probe has no ${key}.`,
    remedy: `Give it a \`${key}\` in the guide.`,
  });
}
