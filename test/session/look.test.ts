import { afterEach, describe, expect, it } from 'vitest';
import type { Step, Verify } from '../../src/guide/guide.ts';
import { defaultSettings } from '../../src/probe/settings.ts';
import { tcpSpec } from '../../src/probe/spec/tcp.ts';
import { lookAt } from '../../src/session/look.ts';
import { bareStep } from '../bare-step.ts';
import { localTarget } from '../local-target.ts';
import type { Service } from '../probe/a-service.ts';
import { aClosedPort, aService } from '../probe/a-service.ts';

const place = { file: 'steps/one.md', line: 1 };
const poll = { every: 0, for: 0 };

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

function script(text: string, on: 'here' | 'target' = 'target'): Verify {
  return { kind: 'shell', script: { text, on, place }, poll };
}

/** A connection to whichever port is in `$PORT`. */
const connects: Verify = {
  kind: 'typed',
  probes: [{ kind: 'tcp', spec: tcpSpec.parse({ from: 'here', host: '127.0.0.1', port: '$PORT' }) }],
  poll,
  place,
};

function look(step: Partial<Step>, values: Readonly<Record<string, string>> = {}) {
  return lookAt(bareStep({ id: 'one', ...step }), {
    values,
    secrets: [],
    line: localTarget({}),
    settings: defaultSettings(['127.0.0.1']),
    now: () => new Date('2026-11-24T12:00:00Z'),
    signal: new AbortController().signal,
  });
}

describe('a typed probe', () => {
  it.each(['target', 'here'] as const)('sees what a script above it gave in the same look, on %s', async (on) => {
    service = await aService(() => undefined);
    const gives = script(`echo "port=${service.port}" >> "$BREVDUVA_OUTPUT"`, on);
    // what the step gave the last time is not what there is now
    const seen = await look({ gives: ['port'], verify: [gives, connects] }, { port: `${await aClosedPort()}` });
    expect(seen.evidence.map(({ verdict }) => verdict)).toEqual(['true', 'true']);
    expect(seen.outputs).toEqual({ port: `${service.port}` });
  });

  it('sees what was given before, where the script above it gives nothing now', async () => {
    service = await aService(() => undefined);
    const seen = await look({ gives: ['port'], verify: [script('exit 1'), connects] }, { port: `${service.port}` });
    expect(seen.evidence.map(({ verdict }) => verdict)).toEqual(['false', 'true']);
  });
});
