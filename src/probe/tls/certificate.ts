import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Judgement } from '../conclude.ts';
import { dnsName } from '../dns/name.ts';
import { ProbeInputError } from '../values.ts';

const dayMs = 86_400_000;

/** Whether a certificate is for all of these names or addresses (RFC 9525 §6; the common name does not count). */
export function judgeNames(certificate: X509Certificate, names: readonly string[]): Judgement {
  const absent = names.filter((name) => !isFor(certificate, name));
  const there = certificate.subjectAltName ?? 'no names at all';
  if (absent.length === 0) return { verdict: 'true', observed: there };
  return { verdict: 'false', observed: `it is for ${there}, not for ${absent.join(', ')}` };
}

/** Whether a certificate is for one name or address. `*.example.com` means that very entry. Throws ProbeInputError. */
export function isFor(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  if (name.startsWith('*.')) {
    const names = certificate.subjectAltName ?? '';
    // Node puts a name in quotes where it holds what parts names
    return (
      !names.includes('"') &&
      names
        .toLowerCase()
        .split(', ')
        .includes(`dns:*.${dnsName(name.slice(2))}`)
    );
  }
  return certificate.checkHost(dnsName(name), { subject: 'never', partialWildcards: false }) !== undefined;
}

/**
 * Whether a certificate is in its time, with at least `days` left; a warning in the last third of its time, in which a
 * renewal should have come (authorities shorten their certificates, so that a number of days would be wrong some day).
 */
export function judgeTime(
  certificate: X509Certificate,
  { days, now }: { readonly days: number; readonly now: Date },
): Judgement {
  // OpenSSL prints both in GMT: `Nov 24 12:00:00 2026 GMT`
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (Number.isNaN(from) || Number.isNaN(until)) {
    return {
      verdict: 'unknown',
      observed: `its time cannot be read: ${certificate.validFrom} to ${certificate.validTo}`,
    };
  }
  const end = dateText(until);
  if (now.getTime() < from) {
    const observed = `it begins only on ${dateText(from)}, and the clock here says ${now.toISOString()}`;
    return { verdict: 'false', observed, remedy: 'See that the clock is right, here and on the server.' };
  }
  if (now.getTime() > until) return { verdict: 'false', observed: `it ended on ${end}` };
  const left = (until - now.getTime()) / dayMs;
  const observed = `it ends on ${end}, in ${daysText(left)}`;
  if (left < days) return { verdict: 'false', observed };
  if (until - now.getTime() < (until - from) / 3) {
    return { verdict: 'warning', observed: `${observed}: that is the last third of its time, and it was not renewed` };
  }
  return { verdict: 'true', observed };
}

/** Whether an authority that we trust vouches for a certificate. `distrust`: what OpenSSL says against it. */
export function judgeTrust(certificate: X509Certificate, distrust: string | null): Judgement {
  const issuer = certificate.issuer.replaceAll('\n', ', ');
  if (distrust === null) return { verdict: 'true', observed: `signed by ${issuer}` };
  const { why, remedy } = distrusts[distrust] ?? { why: `not trusted (${distrust})`, remedy: undefined };
  return { verdict: 'false', observed: `${why}; signed by ${issuer}`, remedy };
}

/** What OpenSSL says against a chain (X509_verify_cert_error_string(3)), and what helps. */
const distrusts: Readonly<Record<string, { readonly why: string; readonly remedy: string }>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    why: 'it signed itself',
    remedy: 'Get a certificate from an authority that others trust, and let the server use that one.',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    why: 'the certificate between it and its authority is missing',
    remedy: 'Let the server use the whole chain: the file that is named fullchain, not the certificate alone.',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    why: 'its authority is not one that is trusted',
    remedy: 'See whether it comes from a test authority (staging); then get it anew from the real one.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    why: 'its authority is not one that is trusted',
    remedy: 'See whether it comes from a test authority (staging); then get it anew from the real one.',
  },
  CERT_HAS_EXPIRED: { why: 'it or one of its authorities is over', remedy: 'Renew it, and restart the server.' },
  CERT_NOT_YET_VALID: { why: 'its time has not begun', remedy: 'See that the clock is right, here and on the server.' },
};

/** Whether a certificate is the one that was meant. Throws ProbeInputError for what is no SHA-256 fingerprint. */
export function judgeFingerprint(certificate: X509Certificate, wanted: string): Judgement {
  const seen = certificate.fingerprint256;
  if (digits(seen) === fingerprintDigits(wanted)) return { verdict: 'true', observed: seen };
  return { verdict: 'false', observed: seen };
}

/** A SHA-256 fingerprint as `openssl x509` prints it, or as bare digits, in any case. */
function fingerprintDigits(written: string): string {
  const found = digits(written.replace(/^.*=/, ''));
  if (/^[0-9a-f]{64}$/.test(found)) return found;
  throw new ProbeInputError({
    sentence: `“${written}” is no SHA-256 fingerprint.`,
    remedy: 'Give what `openssl x509 -noout -fingerprint -sha256` prints.',
  });
}

function digits(fingerprint: string): string {
  return fingerprint.replaceAll(/[:\s]/g, '').toLowerCase();
}

function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function daysText(days: number): string {
  const whole = Math.floor(days);
  return whole === 1 ? '1 day' : `${whole} days`;
}
