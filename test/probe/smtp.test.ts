import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from './a-service.ts';
import { aClosedPort } from './a-service.ts';
import { anSmtpServer } from './an-smtp-server.ts';
import type { Authority, Issued } from './certificates.ts';
import { anAuthority } from './certificates.ts';
import type { Asked } from './probing.ts';
import { aContext, smtp, verdicts } from './probing.ts';

const password = 'coo coo 7';
let authority: Authority;
let issued: Issued;
let submission: Service;
let submissions: Service;
let exchange: Service;
let delivered = 0;

beforeAll(async () => {
  authority = await anAuthority();
  issued = await authority.issue(['DNS:mx.example.com']);
  submission = await anSmtpServer(issued);
  submissions = await anSmtpServer(issued, { secure: true });
  exchange = await anSmtpServer(issued, {
    disabledCommands: ['AUTH'],
    onData(stream, _, answer) {
      stream.resume().on('end', () => {
        delivered += 1;
        answer();
      });
    },
  });
});
afterAll(async () => {
  await Promise.all([submission.stop(), submissions.stop(), exchange.stop(), authority.remove()]);
});

/** A context with the values and the secret of a session, that trusts the test's authority. */
function inSession(authorities = [authority.root]) {
  return aContext({
    authorities,
    values: { FQDN: 'mx.example.com', SENDER: 'i@example.com', DOMAIN: 'example.com' },
    secrets: { SENDER_PASSWORD: password },
  });
}

function submit(spec: Asked, context = inSession()) {
  return smtp({ port: submission.port, security: 'starttls', name: '$FQDN', ...spec }, context);
}

describe('an SMTP probe', () => {
  it('sees the greeting, the name and what is offered', async () => {
    const evidence = await smtp(
      {
        port: exchange.port,
        greeting: '^220 $FQDN ESMTP',
        name: '$FQDN',
        offers: ['STARTTLS', 'PIPELINING'],
        lacks: ['AUTH', 'VRFY'],
      },
      inSession(),
    );
    expect(verdicts(evidence)).toEqual([': true', 'name: true', 'offers: true', 'lacks: true']);
    expect(evidence[0]).toMatchObject({
      probe: `smtp 127.0.0.1:${exchange.port}`,
      expected: 'it greets with /^220 mx\\.example\\.com ESMTP/',
      observed: '220 mx.example.com ESMTP Pigeon',
      vantage: 'here',
    });
    expect(evidence[1]).toMatchObject({ expected: 'it calls itself mx.example.com', observed: 'mx.example.com' });
    expect(evidence[0]?.raw).toContain('C: EHLO brevduva.invalid\nS: 250-mx.example.com');
  });

  it('tells another greeting, another name, what is not offered, and what should not be', async () => {
    const evidence = await smtp({
      port: exchange.port,
      greeting: '^220 smtp\\.',
      name: 'smtp.example.com',
      offers: ['STARTTLS', 'AUTH PLAIN'],
      lacks: ['starttls'],
      remedy: 'Mend it.',
    });
    expect(verdicts(evidence)).toEqual([': false', 'name: false', 'offers: false', 'lacks: false']);
    expect(evidence.map(({ remedy }) => remedy)).toEqual(Array(4).fill('Mend it.'));
  });

  it('sees what is offered before TLS and under it', async () => {
    const spec = {
      beforeTls: { offers: ['STARTTLS'], lacks: ['AUTH LOGIN'] },
      offers: ['AUTH PLAIN'],
      lacks: ['STARTTLS', 'AUTH LOGIN'],
    };
    expect(verdicts(await submit(spec))).toEqual([
      ': true',
      'offers before TLS: true',
      'lacks before TLS: true',
      'STARTTLS: true',
      'name: true',
      'offers under TLS: true',
      'lacks under TLS: true',
    ]);
  });

  it('tells of AUTH that is offered before TLS', async () => {
    const evidence = await submit({ beforeTls: { lacks: ['AUTH'] } });
    expect(verdicts(evidence)).toContain('lacks before TLS: false');
  });

  it('begins with TLS where the port does', async () => {
    const spec = { port: submissions.port, security: 'implicit', offers: ['AUTH PLAIN'] };
    const evidence = await smtp(spec);
    expect(verdicts(evidence)).toEqual([': true', 'TLS: true', 'offers under TLS: true']);
    expect(evidence[1]?.observed).toMatch(/^TLSv1\.3, TLS_/);
  });

  it('is false where the port is closed, and blames nothing that was never said', async () => {
    const evidence = await smtp({ port: await aClosedPort(), remedy: 'Close the relay.', name: 'a.example' });
    expect(evidence).toMatchObject([{ verdict: 'false', remedy: expect.stringMatching(/^Nobody answers there: /) }]);
    expect(evidence[0]?.observed).toMatch(/^refused/);
  });

  it('is unknown where a value makes no sense', async () => {
    const wrong: readonly (readonly [Asked, RegExp])[] = [
      [{ envelope: { from: '<>', to: 'nobody', is: 'accepted' } }, /“nobody” is no address/],
      [{ envelope: { from: '<>', to: 'a@b.example> X', is: 'accepted' } }, /is no address/],
      [{ helo: 'a\r\nMAIL FROM:<>' }, /cannot be a DNS name/],
      [{ host: '$NONE' }, /needs \$NONE/],
      [{ login: { user: 'a', password: '$NONE', is: 'accepted' } }, /needs \$NONE/],
    ];
    for (const [spec, why] of wrong) {
      const [evidence] = await submit(spec);
      expect(evidence).toMatchObject({ verdict: 'unknown', observed: expect.stringMatching(why) });
    }
  });

  it('ends with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(smtp({ port: exchange.port }, aContext({ signal }))).rejects.toThrow('enough');
  });
});

describe('a login', () => {
  const right = { user: '$SENDER', password: '$SENDER_PASSWORD', is: 'accepted' };

  it('is proven by a password that is accepted, over either kind of TLS', async () => {
    expect((await submit({ login: right })).at(-1)).toMatchObject({
      probe: `smtp 127.0.0.1:${submission.port} login`,
      verdict: 'true',
      expected: 'i@example.com can log in with the password given',
      observed: 'AUTH PLAIN as i@example.com: 235 Authentication successful',
    });
    const implicit = await submit({ port: submissions.port, security: 'implicit', login: right });
    expect(verdicts(implicit)).toContain('login: true');
  });

  it('is false where the password is refused, and the password shows nowhere, whatever the server says', async () => {
    const context = { ...inSession(), secrets: { SENDER_PASSWORD: 'not the one 9' } };
    const evidence = await submit({ login: right }, context);
    expect(evidence.at(-1)).toMatchObject({
      verdict: 'false',
      observed: 'AUTH PLAIN as i@example.com: 535 no such user, or not [secret]',
    });
    const text = JSON.stringify(evidence);
    expect(text).not.toContain('not the one 9');
    expect(text).not.toContain(Buffer.from('\0i@example.com\0not the one 9').toString('base64').slice(-20, -4));
  });

  it('is tried with a wrong password on purpose, without a trusted certificate', async () => {
    const wrong = { user: '$SENDER', password: 'wrong', is: 'refused' };
    expect((await submit({ login: wrong }, inSession([]))).at(-1)).toMatchObject({
      verdict: 'true',
      expected: 'i@example.com cannot log in with the password given',
    });
    expect(verdicts(await submit({ login: { ...right, is: 'refused' } }))).toContain('login: false');
  });

  it('sends no secret to a server whose certificate is not trusted, or is for another name', async () => {
    const untrusted = await submit({ login: right }, inSession([]));
    expect(untrusted.at(-1)).toMatchObject({
      verdict: 'unknown',
      observed: expect.stringMatching(/^the password was not sent, since .* is not one that is trusted/),
    });
    expect(untrusted.at(-1)?.raw).not.toContain('AUTH PLAIN (');
    const misnamed = await submit({ name: 'other.example.com', login: right });
    expect(misnamed.at(-1)).toMatchObject({
      verdict: 'unknown',
      observed: expect.stringMatching(/it is for DNS:mx\.example\.com, not for other\.example\.com$/),
    });
    const unnamed = await smtp({ port: submission.port, security: 'starttls', login: right }, inSession());
    expect(unnamed.at(-1)?.observed).toMatch(/not for 127\.0\.0\.1$/);
  });

  it('is false where AUTH PLAIN is not offered, and no refusal is seen then', async () => {
    const spec = { port: exchange.port, login: right };
    expect((await submit(spec)).at(-1)).toMatchObject({
      verdict: 'false',
      observed: expect.stringMatching(/^it does not offer AUTH PLAIN; it offers PIPELINING/),
    });
    const wrong = { user: '$SENDER', password: 'wrong', is: 'refused' };
    expect((await submit({ ...spec, login: wrong })).at(-1)?.verdict).toBe('unknown');
  });

  it('is unknown where only the port would have told that there is no TLS', async () => {
    const context = { ...inSession(), values: { ...inSession().values, PORT: String(exchange.port) } };
    const evidence = await smtp({ port: '$PORT', login: right }, context);
    expect(evidence).toMatchObject([{ verdict: 'unknown', observed: expect.stringMatching(/^A login needs TLS/) }]);
  });
});

describe('an envelope', () => {
  it.each([
    ['postmaster@$DOMAIN', 'accepted', 'true', 'RCPT TO:<postmaster@example.com>: 250 Accepted'],
    ['a@elsewhere.example', 'refused', 'true', 'RCPT TO:<a@elsewhere.example>: 550 Relay not allowed'],
    ['a@elsewhere.example', 'accepted', 'false', 'RCPT TO:<a@elsewhere.example>: 550 Relay not allowed'],
    ['postmaster@$DOMAIN', 'refused', 'false', 'RCPT TO:<postmaster@example.com>: 250 Accepted'],
  ] as const)('to %s that shall be %s is %s', async (to, is, verdict, observed) => {
    const evidence = await smtp({ port: exchange.port, envelope: { from: '<>', to, is } }, inSession());
    expect(evidence.at(-1)).toMatchObject({ verdict, observed });
    expect(delivered).toBe(0);
  });

  it('has the domain in A-labels', async () => {
    const evidence = await smtp({
      port: exchange.port,
      envelope: { from: 'i@bücher.example', to: 'a@example.com', is: 'accepted' },
    });
    expect(evidence.at(-1)?.raw).toContain('C: MAIL FROM:<i@xn--bcher-kva.example>');
  });
});
