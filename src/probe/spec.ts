import * as z from 'zod';

/**
 * What a guide may ask of a typed probe (a `yaml verify` fence). A fence is a list of maps with one key, the kind:
 * `- tcp: {from: target, host: mx.example.org, port: 25}`. Strings may hold `$NAME`: an input or output, as in a script.
 */

/** From where a probe looks. `authority`: the zone's own name servers; `public`: well-known resolvers. */
export const vantages = ['here', 'target', 'authority', 'public'] as const;
/** From where a probe looks. */
export type Vantage = (typeof vantages)[number];

/** `$NAME` or `${NAME}`, wherever it stands; a `$` before capitals that shall mean itself in a pattern is `[$]`. */
const variable = /\$(?:[A-Z][A-Z0-9_]*|\{[A-Z][A-Z0-9_]*\})/;

const text = z.string().min(1);
const pattern = text.refine(isPattern, {
  error: 'is no regular expression',
  params: { remedy: 'Check its brackets, and put a backslash before characters that shall mean themselves.' },
});
const port = z.union([
  z.number().int().min(1).max(65_535),
  text.refine((written) => variable.test(written) || isPortNumber(written), {
    error: 'must be a port from 1 to 65535, or a $NAME',
    params: { remedy: 'Write the number, such as 25.' },
  }),
]);
const onMachine = z.enum(['here', 'target']);
const when = text.optional();
const seconds = z.number().positive().max(300);

/** The text that a login over a terminal shows, or the first lines that a TCP service says. */
export const bannerSpec = z
  .strictObject({
    /** `login`: the target's own, over a PTY. Otherwise `host` and `port` are needed. */
    of: z.enum(['login', 'service']).default('service'),
    from: onMachine.default('target'),
    host: text.optional(),
    port: port.optional(),
    family: z.union([z.literal(4), z.literal(6)]).optional(),
    /** While this is seen, the answer is "not yet". */
    wait: pattern.optional(),
    /** What must be seen. */
    expect: pattern.optional(),
    /** What no answer at all means. */
    silence: z.enum(['false', 'unknown']).default('false'),
    /** What the absence of any route or address of that family means. */
    noroute: z.enum(['false', 'warning', 'unknown']).default('false'),
    timeout: seconds.default(10),
    remedy: text.optional(),
    when,
  })
  .superRefine(checkBanner);

/** A TCP connection. `reachable` is also satisfied by a refusal, which proves that packets pass. */
export const tcpSpec = z.strictObject({
  from: onMachine,
  host: text,
  port: z.union([port, z.array(port).min(1)]),
  family: z.union([z.literal(4), z.literal(6)]).optional(),
  is: z.enum(['open', 'reachable', 'closed']).default('open'),
  silence: z.enum(['false', 'unknown']).default('false'),
  noroute: z.enum(['false', 'warning', 'unknown']).default('false'),
  timeout: seconds.default(5),
  remedy: text.optional(),
  when,
});

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
    remedy: text.optional(),
    when,
  })
  .superRefine(checkDns);

export type BannerSpec = z.infer<typeof bannerSpec>;
export type TcpSpec = z.infer<typeof tcpSpec>;
export type DnsSpec = z.infer<typeof dnsSpec>;

/** One typed probe, its kind beside what it asks. */
export type ProbeSpec =
  | { readonly kind: 'banner'; readonly spec: BannerSpec }
  | { readonly kind: 'tcp'; readonly spec: TcpSpec }
  | { readonly kind: 'dns'; readonly spec: DnsSpec };

/** The schema of each kind, by the word that a guide uses. */
export const probeSchemas = { banner: bannerSpec, tcp: tcpSpec, dns: dnsSpec } as const;

interface Refusals {
  addIssue(issue: { code: 'custom'; path: string[]; message: string; params: { remedy: string } }): void;
}

/** Adds what is wrong with one key: a predicate (`is missing`) and its remedy, as the guide parser tells them. */
function refuse(context: Refusals, key: string, fault: { readonly message: string; readonly remedy: string }): void {
  context.addIssue({ code: 'custom', path: [key], message: fault.message, params: { remedy: fault.remedy } });
}

function checkBanner(
  spec: { of: 'login' | 'service'; from: 'here' | 'target'; host?: unknown; port?: unknown; family?: unknown },
  context: Refusals,
): void {
  if (spec.of === 'service') {
    for (const key of ['host', 'port'] as const) {
      if (spec[key] !== undefined) continue;
      const remedy = `Add \`${key}\`, or write \`of: login\` for the banner of the target's own login.`;
      refuse(context, key, { message: 'is missing: a service is found by its host and port', remedy });
    }
    return;
  }
  for (const key of ['host', 'port', 'family'] as const) {
    if (spec[key] === undefined) continue;
    refuse(context, key, {
      message: 'has no meaning with `of: login`, which is the target itself',
      remedy: 'Take it out.',
    });
  }
  if (spec.from === 'here') {
    refuse(context, 'from', { message: 'has no meaning with `of: login`', remedy: 'Take it out.' });
  }
}

function checkDns(
  spec: { records?: unknown; name?: unknown; type?: unknown; is?: unknown; absent?: unknown },
  context: Refusals,
): void {
  if (spec.records !== undefined) {
    for (const key of ['name', 'type', 'is', 'absent'] as const) {
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
}

function isPortNumber(written: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(written) && Number(written) <= 65_535;
}

/** Whether a text is a regular expression once its variables have a value. */
function isPattern(source: string): boolean {
  try {
    new RegExp(source.replaceAll(new RegExp(variable, 'g'), 'x'), 'mu');
    return true;
  } catch {
    return false;
  }
}
