import * as z from 'zod';
import { family, noroute, onMachine, pattern, port, refuse, seconds, silence, text, when } from './terms.ts';

/** The text that a login over a terminal shows, or the first lines that a TCP service says. */
export const bannerSpec = z
  .strictObject({
    /** `login`: the target's own, over a PTY. Otherwise `host` and `port` are needed. */
    of: z.enum(['login', 'service']).default('service'),
    from: onMachine.default('target'),
    host: text.optional(),
    port: port.optional(),
    family,
    /** While this is seen, the answer is "not yet". */
    wait: pattern.optional(),
    /** What must be seen. */
    expect: pattern.optional(),
    silence,
    noroute,
    timeout: seconds.default(10),
    remedy: text.optional(),
    when,
  })
  .superRefine(checkBanner);

/** What a guide asks of a `banner` probe. */
export type BannerSpec = z.infer<typeof bannerSpec>;

function checkBanner(
  spec: { of: 'login' | 'service'; from: 'here' | 'target'; host?: unknown; port?: unknown; family?: unknown },
  context: z.RefinementCtx,
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
