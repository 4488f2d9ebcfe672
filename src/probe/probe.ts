import { setMaxListeners } from 'node:events';
import { runBannerProbe } from './banner.ts';
import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import { runDnsProbe } from './dns.ts';
import type { Evidence } from './evidence.ts';
import { runSmtpProbe } from './smtp.ts';
import type { ProbeKind, ProbeSpec } from './spec.ts';
import { runTcpProbe } from './tcp.ts';
import { runTlsProbe } from './tls.ts';
import { isWanted, ProbeInputError } from './values.ts';

export type { ProbeContext, PublishedRecord } from './context.ts';

/**
 * Runs one typed probe of a guide. No evidence at all means that it was not asked for: its `when` has no value, or no
 * record is wanted. What cannot be looked at is unknown; rejects only with the signal's reason.
 */
export async function runTypedProbe(probe: ProbeSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  context.signal.throwIfAborted();
  // One signal may stop many probes at once; Node would print a warning at the eleventh, over the screen.
  setMaxListeners(0, context.signal);
  if (!isWanted(probe.spec.when, context.values)) return [];
  try {
    return await run(probe, context);
  } catch (error) {
    if (!(error instanceof ProbeInputError)) throw error;
    return [
      conclude(
        {
          probe: probe.kind,
          verdict: 'unknown',
          expected: 'a probe that can be made',
          observed: error.sentence,
          vantage: [probe.spec.from ?? []].flat().join(', '),
          remedy: error.remedy,
        },
        context.now(),
      ),
    ];
  }
}

type Runner<Kind extends ProbeKind> = (
  spec: ProbeSpec<Kind>['spec'],
  context: ProbeContext,
) => Promise<readonly Evidence[]>;

const runners: { readonly [Kind in ProbeKind]: Runner<Kind> } = {
  banner: runBannerProbe,
  tcp: runTcpProbe,
  dns: runDnsProbe,
  smtp: runSmtpProbe,
  tls: runTlsProbe,
  // why only then: it brings a megabyte of mail libraries, which most checkpoints never need
  mail: async (spec, context) => (await import('./mail.ts')).runMailProbe(spec, context),
};

function run<Kind extends ProbeKind>(probe: ProbeSpec<Kind>, context: ProbeContext): Promise<readonly Evidence[]> {
  return runners[probe.kind](probe.spec, context);
}
