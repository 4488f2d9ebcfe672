import type { DKIMResult } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { alignmentOf, domainOf as domainOfAddress } from '../../mail/domains.ts';
import { MessageError } from '../../mail/error.ts';
import { readMessage } from '../../mail/read-message.ts';
import { tagListOf, tagOf } from '../../mail/tag-list.ts';
import type { Finding } from '../conclude.ts';
import { conclude } from '../conclude.ts';
import type { ProbeContext } from '../context.ts';
import { lookUpFrom } from '../dns/ask-from.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { asked, domainOf } from './asked.ts';
import { headerText } from './header-text.ts';
import { mailauthResolver } from './mailauth.ts';
import { readFileHere, readFileOnTarget } from './read-file.ts';

/** What a signed message came to. */
type Verified = Pick<Finding, 'verdict' | 'observed' | 'raw' | 'remedy'>;

/** A test message is small; more than this is some other file. Octets. */
const longestMessage = 10_000_000;

const unsignedRemedy =
  'chasquid signs what a user sends who has logged in, with a sender of a domain that it has a key for. See that the message was sent so, that the key stands in the domain’s folder and the daemon’s user may read it, and, below chasquid 1.14, that hooks/post-data is executable and dkimsign is installed.';
const changedRemedy =
  'Something changes the message after it was signed (a filter, a footer, a relay): let it happen before, or not at all. Then take a new message.';
const otherKeyRemedy =
  'The published key is not the one that the server signed with: publish that of the server, wait until it is seen, and take a new message.';

/**
 * Verifies a message that the server signed, with the key that is published at the zone's own name servers. Rejects
 * with the signal's reason.
 */
export async function lookAtSigned(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const domain = domainOf(spec, context);
  const file = asked(spec, 'file', context);
  const verified = await verifyFile(file, { domain, from: spec.from === 'here' ? 'here' : 'target', context });
  const remedy = [verified.remedy, spec.remedy].filter((text) => text !== undefined).join(' ');
  const finding = {
    probe: `mail signed ${domain}`,
    expected: `a message with a DKIM signature of ${domain} that the published key verifies`,
    vantage: `${spec.from === 'here' ? 'here' : 'target'} ${file}, authority`,
  };
  return [conclude({ ...finding, ...verified, remedy }, context.now())];
}

async function verifyFile(
  file: string,
  {
    domain,
    from,
    context,
  }: { readonly domain: string; readonly from: 'here' | 'target'; readonly context: ProbeContext },
): Promise<Verified> {
  const options = { limit: longestMessage, signal: context.signal, connection: context.connection };
  const read = from === 'here' ? await readFileHere(file, options) : await readFileOnTarget(file, options);
  if (read.kind === 'failed') {
    return {
      verdict: 'unknown',
      observed: `the message could not be read: ${read.why}`,
      remedy: 'Let the checkpoint take a new message, then verify again.',
    };
  }
  const header = headerText(read.octets.toString());
  const unfit = read.isCut ? `it is longer than ${longestMessage} octets` : whyUnfit(header);
  if (unfit !== null)
    return { verdict: 'unknown', observed: `${file} holds no message to verify: ${unfit}`, raw: header };
  return { ...(await verify(read.octets, domain, context)), raw: header };
}

async function verify(message: Buffer, domain: string, context: ProbeContext): Promise<Verified> {
  const { resolve, silences } = mailauthResolver(lookUpFrom('authority', [], context));
  const { results, headerFrom } = await dkimVerify(message, { resolver: resolve, curTime: context.now() });
  context.signal.throwIfAborted();
  const own = results.filter((result) => result.signingDomain?.toLowerCase() === domain);
  if (own.length === 0) {
    const others = results.flatMap(({ signingDomain }) => signingDomain ?? []);
    const by = others.length === 0 ? 'it is not signed' : `it is signed by ${others.join(', ')}, not by ${domain}`;
    return { verdict: 'false', observed: by, remedy: unsignedRemedy };
  }
  const passing = own.find(({ status }) => status.result === 'pass');
  if (passing !== undefined) return passed(passing, headerFrom);
  const [silence] = silences;
  if (silence !== undefined) return { verdict: 'unknown', observed: silence };
  return failed(own);
}

function passed({ signingDomain, selector }: DKIMResult, from: readonly string[]): Verified {
  const observed = `the signature of ${signingDomain} (selector ${selector}) verifies`;
  if (from.some((address) => alignmentOf(domainOfAddress(address), signingDomain) !== 'none')) {
    return { verdict: 'true', observed };
  }
  return {
    verdict: 'false',
    observed: `${observed}, but the message is from ${from.join(', ')}, which is another domain`,
    remedy: 'Sign as the domain of the From address: DMARC asks for that.',
  };
}

function failed(results: readonly DKIMResult[]): Verified {
  const told = results.map(({ selector, status }) => `${status.comment ?? status.result} (selector ${selector})`);
  const isChanged = results.some(({ status }) => status.comment === 'body hash did not verify');
  return {
    verdict: 'false',
    observed: `the signature does not verify: ${told.join('; ')}`,
    remedy: isChanged ? changedRemedy : otherKeyRemedy,
  };
}

/** Why a text cannot be verified, or null. */
function whyUnfit(header: string): string | null {
  try {
    const signatures = readMessage(header).fields.filter(({ name }) => name.toLowerCase() === 'dkim-signature');
    // why: such a signature leaves the rest of the message to anyone (RFC 6376 §8.2), and mailauth prints to the screen
    const isPartial = signatures.some(({ value }) => tagOf(tagListOf(value), 'l') !== undefined);
    return isPartial ? 'its signature covers only the beginning of it (l=)' : null;
  } catch (error) {
    if (error instanceof MessageError) return error.sentence;
    throw error;
  }
}
