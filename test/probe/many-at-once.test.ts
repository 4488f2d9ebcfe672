import { expect, it, onTestFinished } from 'vitest';
import { runTypedProbe } from '../../src/probe/probe.ts';
import { bannerSpec } from '../../src/probe/spec/banner.ts';
import { aService } from './a-service.ts';
import { aContext } from './probing.ts';

it('makes many probes under one signal, and nothing is printed over the screen', async () => {
  const service = await aService((socket) => socket.write('220 mx.example.com ESMTP\r\n'));
  onTestFinished(service.stop);
  const warnings: string[] = [];
  const hear = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  const context = aContext();
  const asked = { from: 'here', host: '127.0.0.1', port: service.port, expect: '^220 ' };
  const probe = { kind: 'banner', spec: bannerSpec.parse(asked) } as const;

  const seen = await Promise.all(Array.from({ length: 20 }, () => runTypedProbe(probe, context)));

  expect(seen.flat().map(({ verdict }) => verdict)).toEqual(Array(20).fill('true'));
  expect(warnings).toEqual([]);
});
