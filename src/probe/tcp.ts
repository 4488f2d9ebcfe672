import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import type { Dialled } from './dial.ts';
import { dial, dialRemedy } from './dial.ts';
import { hostAndPort } from './dns/name.ts';
import type { Evidence, Verdict } from './evidence.ts';
import { targetHas } from './own-address.ts';
import type { TcpSpec } from './spec/tcp.ts';
import { expandPort, expandVariables } from './values.ts';

/**
 * Tries the TCP ports of one host, side by side: one evidence a port. Rejects with the signal's reason, or with
 * ProbeInputError where the host or a port makes no sense.
 */
export async function runTcpProbe(spec: TcpSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const host = expandVariables(spec.host, context.values);
  const ports = [spec.port].flat().map((port) => expandPort(port, context.values));
  return Promise.all(ports.map((port) => probePort(spec, { host, port }, context)));
}

async function probePort(
  spec: TcpSpec,
  { host, port }: { readonly host: string; readonly port: number },
  context: ProbeContext,
): Promise<Evidence> {
  const timeoutMs = spec.timeout * 1_000;
  const dialled = await dial({ from: spec.from, host, port, family: spec.family, timeoutMs }, context);
  if (dialled.kind === 'open') dialled.stream.destroy();
  const seen = (await isAddressGone(spec, { host, dialled }, context))
    ? { verdict: spec.noroute, observed: `no answer: the server does not have ${host} now`, remedy: goneRemedy }
    : { verdict: judge(spec, dialled), observed: observedText(dialled, port), remedy: remedyFor(spec, dialled) };
  const family = spec.family === undefined ? '' : ` over IPv${spec.family}`;
  return conclude(
    {
      ...seen,
      probe: `tcp ${hostAndPort(host, port)}${family}`,
      expected: expectations[spec.is],
      vantage: spec.from,
    },
    context.now(),
  );
}

/** Whether nobody can answer, since the address is the target's own and the target lost it. */
async function isAddressGone(
  spec: TcpSpec,
  { host, dialled }: { readonly host: string; readonly dialled: Dialled },
  context: ProbeContext,
): Promise<boolean> {
  if (spec.own !== true || dialled.kind === 'open') return false;
  const hasNoAnswer = dialled.failure === 'silence' || dialled.failure === 'no-route';
  return hasNoAnswer && (await targetHas(host, context)) === false;
}

const goneRemedy =
  'This says nothing about the port yet: see that the server gets its address back, then verify again.';

function remedyFor({ from, remedy }: TcpSpec, dialled: Dialled): string | undefined {
  return dialled.kind === 'open' ? remedy : dialRemedy(dialled.failure, { from, own: remedy });
}

const expectations: Readonly<Record<TcpSpec['is'], string>> = {
  open: 'the port takes connections',
  reachable: 'packets get through to the port: it takes or refuses connections',
  closed: 'the port takes no connections',
};

function judge(spec: TcpSpec, dialled: Dialled): Verdict {
  if (dialled.kind === 'open') return spec.is === 'closed' ? 'false' : 'true';
  switch (dialled.failure) {
    case 'refused':
      return spec.is === 'open' ? 'false' : 'true';
    case 'silence':
      if (spec.is === 'closed') return spec.silence === 'unknown' ? 'unknown' : 'true';
      return spec.silence;
    case 'no-route':
      return spec.noroute;
    case 'no-name':
      // why: from the target, that is what its own resolver says, which may be broken
      return spec.from === 'target' || spec.is === 'closed' ? 'unknown' : 'false';
    case 'not-allowed':
    case 'lost':
      return 'unknown';
    default:
      return dialled.failure satisfies never;
  }
}

function observedText(dialled: Dialled, port: number): string {
  if (dialled.kind === 'open') return `connected to ${hostAndPort(dialled.address, port)}`;
  switch (dialled.failure) {
    case 'refused':
      return `refused (${dialled.why})`;
    case 'silence':
      return dialled.why;
    case 'no-route':
      return `no way there: ${dialled.why}`;
    case 'no-name':
      return `name not found: ${dialled.why}`;
    case 'not-allowed':
      return `connecting is not allowed: ${dialled.why}`;
    case 'lost':
      return `could not look: ${dialled.why}`;
    default:
      return dialled.failure satisfies never;
  }
}
