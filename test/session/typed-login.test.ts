import { expect, it, onTestFinished } from 'vitest';
import { aGuide, aStep } from '../guide/a-guide.ts';
import { aScriptedServer, usualAnswer } from '../probe/an-smtp-server.ts';
import { anAuthority } from '../probe/certificates.ts';
import { aDirectory, everythingIn, openTestSession } from './a-session.ts';

/** A target that is never dialled: everything in this guide is seen from here. */
const noTarget = { port: 9, clientConfig: async () => 'none' };

it('hands a secret to a typed probe’s password, and writes it nowhere, though the server repeats it', async () => {
  const canary = 'c4n4ry-S3cret "with" $signs';
  const authority = await anAuthority();
  onTestFinished(authority.remove);
  const server = await aScriptedServer({
    tls: await authority.issue(['DNS:mx.example.com']),
    answer: (line) => {
      if (!line.startsWith('AUTH PLAIN ')) return usualAnswer(line);
      const told = Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString();
      return told === `\0i@example.com\0${canary}` ? `235-${told}\r\n235 ${line}\r\n` : '535 5.7.8 no\r\n';
    },
  });
  onTestFinished(server.stop);
  const fence = [
    '```yaml verify',
    `- smtp: {from: here, host: 127.0.0.1, port: ${server.port}, security: starttls, name: mx.example.com,`,
    '    login: {user: i@example.com, password: $TOKEN}}',
    '```',
  ];
  const folder = await aGuide({ one: aStep(fence, ['secrets: [token]']) }, ['token: {type: secret, label: A token}']);
  const sessions = aDirectory();
  const { engine, state, until } = await openTestSession({
    guide: { ...(await folder.load()), shipped: true },
    server: noTarget,
    sessions,
    authorities: [authority.root],
  });
  await engine.proceed();
  const verifying = engine.verify('one');
  await until(({ gate }) => gate?.kind === 'inputs');
  await engine.setInputs({ token: canary });
  await verifying;
  expect(state('one')).toMatchObject({ kind: 'proven' });
  const view = JSON.stringify(engine.view.getState());
  expect(view).toContain('[secret]');
  for (const form of ['c4n4ry', Buffer.from(`\0i@example.com\0${canary}`).toString('base64').slice(24, 40)]) {
    expect(view).not.toContain(form);
    expect(everythingIn(sessions).includes(form)).toBe(false);
  }
});
