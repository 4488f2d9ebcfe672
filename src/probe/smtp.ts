import { conceal } from '../text/conceal.ts';
import { safeText } from '../text/safe.ts';
import type { Judgement } from './conclude.ts';
import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import { dnsName, hostAndPort, nameOrAddress } from './dns/name.ts';
import type { Evidence } from './evidence.ts';
import { actIn } from './smtp/act.ts';
import { addressOf, nameEnvelope } from './smtp/envelope.ts';
import { sendBareLineFeeds } from './smtp/line-feed.ts';
import type { Login } from './smtp/login.ts';
import { logIn } from './smtp/login.ts';
import type { Opening, SmtpPlan } from './smtp/open.ts';
import { openSmtp } from './smtp/open.ts';
import type { Part } from './smtp/opening-parts.ts';
import { openingParts } from './smtp/opening-parts.ts';
import type { SmtpSpec } from './spec/smtp.ts';
import { securityOf } from './spec/smtp.ts';
import { expandPort, expandVariables, ProbeInputError } from './values.ts';

type OpenedSmtp = Extract<Opening, { kind: 'open' }>;

/**
 * Talks with an SMTP server: one evidence for each expectation. What could make the server tired of us (a refused login,
 * a refused recipient) has a connection of its own: chasquid ends one after three errors. Rejects with the signal's
 * reason, or with ProbeInputError where a value makes no sense.
 */
export async function runSmtpProbe(spec: SmtpSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const plan = planOf(spec, context);
  const { host, port } = plan.destination;
  const place = `smtp ${hostAndPort(host, port)}${spec.family === undefined ? '' : ` over IPv${spec.family}`}`;
  const acts = actsOf(spec, plan, context);
  const opening = await openSmtp(plan, context);
  if (opening.kind === 'open') await opening.conversation.close();
  const parts = [...openingParts(spec, opening, context.values)];
  if (opening.kind === 'open') {
    for (const act of acts) parts.push(await perform(act, plan, context));
  }
  const secrets = Object.values(context.secrets);
  return parts.map(({ about, expected, judgement, raw }) =>
    conclude(
      {
        probe: about === '' ? place : `${place} ${about}`,
        verdict: judgement.verdict,
        expected: conceal(safeText(expected), secrets),
        // what a server says may hold what it was told, and is hidden before it is cut
        observed: conceal(safeText(judgement.observed), secrets),
        raw: conceal(safeText(raw), secrets),
        vantage: spec.from,
        remedy: judgement.remedy ?? (judgement.verdict === 'unknown' ? undefined : spec.remedy),
      },
      context.now(),
    ),
  );
}

function planOf(spec: SmtpSpec, { values }: ProbeContext): SmtpPlan {
  const host = expandVariables(spec.host, values);
  const port = expandPort(spec.port, values);
  const security = securityOf(port, spec.security);
  const helo = expandVariables(spec.helo, values);
  return {
    destination: { from: spec.from, host, port, family: spec.family, timeoutMs: spec.timeout * 1_000 },
    reach: spec,
    security,
    helo: helo.startsWith('[') ? helo : dnsName(helo),
    servername: nameOrAddress(spec.name === undefined ? host : expandVariables(spec.name, values)),
  };
}

/** Something that is tried in a connection of its own. */
interface Act {
  readonly about: string;
  readonly expected: string;
  readonly go: (opened: OpenedSmtp) => Promise<Judgement>;
}

async function perform({ about, expected, go }: Act, plan: SmtpPlan, context: ProbeContext): Promise<Part> {
  const opening = await openSmtp(plan, context);
  const judgement: Judgement =
    opening.kind === 'open'
      ? await actIn(opening.conversation, () => go(opening))
      : { verdict: 'unknown', observed: `it took one connection, but not another: ${opening.judgement.observed}` };
  return { about, expected, judgement, raw: opening.heard.transcript.join('\n') };
}

/** What the guide wants tried, with its values; each makes sense, or this throws ProbeInputError. */
function actsOf(spec: SmtpSpec, plan: SmtpPlan, context: ProbeContext): readonly Act[] {
  const { values } = context;
  const acts: Act[] = [];
  if (spec.login !== undefined) {
    const login = loginOf(spec.login, plan, context);
    acts.push({
      about: 'login',
      expected: `${login.user} can${login.is === 'accepted' ? '' : 'not'} log in with the password given`,
      go: async ({ conversation, handshake, heard }) => {
        if (handshake === null || heard.secured === undefined) throw new Error('A login was to go over a clear line.');
        return logIn(conversation, login, { ehlo: heard.secured, handshake, name: plan.servername });
      },
    });
  }
  if (spec.envelope !== undefined) {
    const { is } = spec.envelope;
    const from = addressOf(expandVariables(spec.envelope.from, values));
    const to = addressOf(expandVariables(spec.envelope.to, values));
    acts.push({
      about: 'envelope',
      expected: `mail from <${from}> to <${to}> is ${is} without a login`,
      go: ({ conversation }) => nameEnvelope(conversation, { from, to, is }),
    });
  }
  if (spec.bareLineFeed !== undefined) {
    const to = addressOf(expandVariables(spec.bareLineFeed.to, values));
    acts.push({
      about: 'bare line feed',
      expected: 'a bare line feed does not end a message',
      go: ({ conversation }) => sendBareLineFeeds(conversation, to),
    });
  }
  return acts;
}

function loginOf(wanted: NonNullable<SmtpSpec['login']>, plan: SmtpPlan, { values, secrets }: ProbeContext): Login {
  if (plan.security === 'none') {
    throw new ProbeInputError({
      sentence: 'A login needs TLS, and this conversation would have none.',
      remedy: 'Add `security: starttls` or `security: implicit` to the probe in the guide.',
    });
  }
  const password = expandVariables(wanted.password, { ...values, ...secrets });
  return {
    user: expandVariables(wanted.user, values),
    password,
    isSecret: Object.values(secrets).some((secret) => secret !== '' && password.includes(secret)),
    is: wanted.is,
  };
}
