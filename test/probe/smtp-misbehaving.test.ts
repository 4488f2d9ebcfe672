import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { takeReply } from '../../src/probe/smtp/reply.ts';
import { aService } from './a-service.ts';
import type { Script } from './an-smtp-server.ts';
import { aScriptedServer, usualAnswer } from './an-smtp-server.ts';
import type { Authority, Issued } from './certificates.ts';
import { anAuthority } from './certificates.ts';
import type { Asked } from './probing.ts';
import { aContext, smtp, verdicts } from './probing.ts';

let authority: Authority;
let issued: Issued;
beforeAll(async () => {
  authority = await anAuthority();
  issued = await authority.issue(['DNS:mx.example.com']);
});
afterAll(() => authority.remove());

async function aServer(script: Script) {
  const server = await aScriptedServer(script);
  onTestFinished(server.stop);
  return server;
}

/** What a probe of a server of this script sees. */
async function seen(script: Script, spec: Asked = {}) {
  const { port } = await aServer(script);
  return smtp({ port, timeout: 0.3, ...spec });
}

/** Answers in its own way to one command, and as usual to all others. */
function butTo(command: string, reply: string | undefined) {
  return (line: string) => (line.startsWith(command) ? reply : usualAnswer(line));
}

/** Hangs up at one command. */
function hangingUpAt(command: string) {
  return (line: string, hangUp: () => void) => {
    if (!line.startsWith(command)) return usualAnswer(line);
    hangUp();
    return undefined;
  };
}

describe('a server that does not greet', () => {
  it.each<[string, string | null, string, RegExp]>([
    ['says nothing', null, 'false', /^no answer within 0\.3 s$/],
    [
      'says half a line',
      '220 mx.exam',
      'false',
      /^no answer within 0\.3 s, after the beginning of a reply: 220 mx\.exam$/,
    ],
    ['says a first line and no last one', '220-mx\r\n220-', 'false', /^no answer within/],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'false', /^it said what is no SMTP: SSH-2\.0/],
    [
      'says an endless line',
      'a'.repeat(100_000),
      'false',
      /^it said what is no SMTP: a line of more than 4096 bytes: a+…$/,
    ],
    ['says an endless reply', '220-mx\r\n'.repeat(20_000), 'false', /^it said what is no SMTP: a reply without an end/],
    ['says a code that is none', '999 mx\r\n', 'false', /^it said what is no SMTP: 999 mx$/],
    ['wants no mail', '554 no SMTP service here\r\n', 'false', /^554 no SMTP service here$/],
    ['is busy', '421 4.3.2 come again\r\n', 'not-yet', /^421 4\.3\.2 come again$/],
  ])('because it %s is told so', async (_, greeting, verdict, observed) => {
    const evidence = await seen({ greeting }, { name: 'mx.example.com', envelope: { to: 'a@example.com' } });
    expect(evidence).toMatchObject([{ verdict, observed: expect.stringMatching(observed) }]);
  });

  it('is unknown where the guide says that silence is', async () => {
    expect(verdicts(await seen({ greeting: null }, { silence: 'unknown' }))).toEqual([': unknown']);
  });

  it('because it hangs up is false', async () => {
    const { port, stop } = await aService((socket) => socket.destroy());
    onTestFinished(stop);
    expect(verdicts(await smtp({ port }))).toEqual([': false']);
  });

  it('because it never stops is not read on', async () => {
    let written = 0;
    const { port, stop } = await aService((socket) => {
      const flood = (error?: Error | null) => {
        if (error) return;
        written += 8_000;
        if (written < 500_000_000) socket.write('220-flood'.padEnd(4_000, '.').concat('\r\n').repeat(2), flood);
      };
      flood();
    });
    onTestFinished(stop);
    expect((await smtp({ port }))[0]?.observed).toMatch(/^it said what is no SMTP: a reply without an end/);
    expect(written).toBeLessThan(100_000_000);
  });

  it('because it wants TLS first is false', async () => {
    const evidence = await seen({ implicit: true, tls: issued });
    expect(evidence).toMatchObject([{ verdict: 'false' }]);
  });
});

describe('a greeting', () => {
  it('of several lines is read whole, with bare line feeds too', async () => {
    const evidence = await seen(
      { greeting: '220-mx.example.com\n220-no spam\n220 ESMTP\n' },
      { greeting: '^220 ESMTP$' },
    );
    expect(evidence[0]).toMatchObject({ verdict: 'true', observed: '220-mx.example.com' });
  });

  it('cannot drive the terminal, and is bounded', async () => {
    const [evidence] = await seen({ greeting: `220 \u001b]0;x\u0007\u202e${'a'.repeat(4_000)}\r\n` });
    expect(evidence?.observed).toMatch(/^220 a+…$/);
    expect(evidence?.observed.length).toBeLessThanOrEqual(500);
    for (const control of ['\u001b', '\u202e', '\u0007']) expect(evidence?.raw).not.toContain(control);
  });
});

describe('a server that breaks off', () => {
  it.each<[string, Script, string]>([
    ['hangs up at EHLO', { answer: hangingUpAt('EHLO') }, 'EHLO: false'],
    ['is silent at EHLO', { answer: butTo('EHLO', undefined) }, 'EHLO: false'],
    ['knows no EHLO', { answer: butTo('EHLO', '502 5.5.1 what?\r\n') }, 'EHLO: false'],
    ['hangs up at STARTTLS', { answer: hangingUpAt('STARTTLS') }, 'STARTTLS: false'],
    ['does not know STARTTLS', { answer: butTo('STARTTLS', '502 5.5.1 what?\r\n') }, 'STARTTLS: false'],
    ['has no TLS just now', { answer: butTo('STARTTLS', '454 4.7.0 later\r\n') }, 'STARTTLS: not-yet'],
    ['begins no TLS', {}, 'STARTTLS: false'],
  ])('because it %s is told so', async (_, script, expected) => {
    expect(verdicts(await seen(script, { security: 'starttls' })).at(-1)).toBe(expected);
  });

  it('because it goes on in the clear before TLS is not believed', async () => {
    const answer = butTo('STARTTLS', '220 go\r\n250 injected\r\n');
    expect((await seen({ answer, tls: issued }, { security: 'starttls', timeout: 5 })).at(-1)).toMatchObject({
      verdict: 'false',
      observed: 'it went on in the clear after it had agreed to begin TLS',
    });
  });

  it('after the greeting keeps what was seen before', async () => {
    const spec = { security: 'starttls', greeting: '^220 mx', beforeTls: { lacks: ['AUTH'] } };
    const evidence = await seen({ answer: hangingUpAt('STARTTLS') }, spec);
    expect(verdicts(evidence)).toEqual([': true', 'lacks before TLS: false', 'STARTTLS: false']);
  });

  it('where TLS should begin at once is false', async () => {
    expect(verdicts(await seen({}, { security: 'implicit' }))).toEqual(['TLS: false']);
    expect(
      verdicts(await seen({ greeting: null, answer: () => undefined }, { security: 'implicit', silence: 'unknown' })),
    ).toEqual(['TLS: unknown']);
  });

  it.each([
    ['hangs up at MAIL', hangingUpAt('MAIL')],
    ['is silent at RCPT', butTo('RCPT', undefined)],
    ['talks nonsense at RCPT', butTo('RCPT', 'hello\r\n')],
  ])('in the middle, because it %s, has said neither yes nor no', async (_, answer) => {
    const evidence = await seen({ answer }, { envelope: { to: 'a@example.com', is: 'refused' } });
    expect(verdicts(evidence)).toEqual([': true', 'envelope: unknown']);
    expect(evidence[1]?.observed).toMatch(/^the conversation broke off: /);
  });

  it('has taken one connection, but not another', async () => {
    let connections = 0;
    const server = await aServer({});
    const front = await aService((socket) => {
      connections += 1;
      if (connections > 1) socket.end('421 too many\r\n');
      else socket.pipe(connect(server.port, '127.0.0.1')).pipe(socket);
    });
    onTestFinished(front.stop);
    expect((await smtp({ port: front.port, envelope: { to: 'a@example.com' } })).at(-1)).toMatchObject({
      verdict: 'unknown',
      observed: 'it took one connection, but not another: 421 too many',
    });
  });
});

describe('a server with answers of its own', () => {
  it('that puts a recipient off has said neither yes nor no', async () => {
    for (const is of ['accepted', 'refused']) {
      const answer = butTo('RCPT', '450 4.7.1 Greylisted\r\n');
      expect(verdicts(await seen({ answer }, { envelope: { to: 'a@example.com', is } }))).toContain(
        'envelope: not-yet',
      );
    }
  });

  it('that refuses the sender has refused the mail', async () => {
    const answer = butTo('MAIL', '550 5.7.9 Mail to submission port must be authenticated\r\n');
    expect((await seen({ answer }, { envelope: { to: 'a@example.com', is: 'refused' } })).at(-1)).toMatchObject({
      verdict: 'true',
      observed: 'MAIL FROM:<>: 550 5.7.9 Mail to submission port must be authenticated',
    });
  });

  it('that ends a connection after three errors meets one error in each', async () => {
    let errors = 0;
    const answer = (line: string) => {
      if (line.startsWith('EHLO')) errors = 0;
      if (!/^(?:RCPT|AUTH)/.test(line)) return usualAnswer(line);
      errors += 1;
      return errors >= 2 ? '421 4.5.0 Too many errors, bye\r\n' : '550 no\r\n';
    };
    const evidence = await seen(
      { answer, tls: issued },
      {
        security: 'starttls',
        login: { user: 'a', password: 'wrong', is: 'refused' },
        envelope: { to: 'a@example.com', is: 'refused' },
        timeout: 5,
      },
    );
    expect(verdicts(evidence).slice(-2)).toEqual(['login: true', 'envelope: true']);
  });

  it('that goes on talking after QUIT keeps nobody', async () => {
    const { port, stop } = await aService((socket) => {
      socket.write('220 mx\r\n');
      socket.on('data', (line) => {
        if (String(line).startsWith('EHLO')) return socket.write('250 mx\r\n');
        const talk = (error?: Error | null) => error ?? socket.write('221-bye\r\n'.repeat(1_000), talk);
        return talk();
      });
    });
    onTestFinished(stop);
    expect(verdicts(await smtp({ port, name: 'mx' }))).toEqual([': true', 'name: true']);
  });

  it('that asks for more in a login is not told more', async () => {
    const server = await aServer({ answer: butTo('AUTH', '334 VXNlcm5hbWU6\r\n'), tls: issued });
    const login = { user: 'a', password: 'wrong', is: 'refused' };
    const evidence = await smtp({ port: server.port, security: 'starttls', login });
    expect(evidence.at(-1)).toMatchObject({
      verdict: 'unknown',
      observed: 'AUTH PLAIN: it asked for more: 334 VXNlcm5hbWU6',
    });
    expect(server.heard.at(-1)).toBe('QUIT');
  });

  it('that repeats a password in any form does not make us show it', async () => {
    const password = 'coo coo 7';
    const token = Buffer.from(`\0i@example.com\0${password}`).toString('base64');
    const echo = `535-${token}\r\n535-${encodeURIComponent(password)}\r\n535 c\u0000oo coo\u001b[1m 7 or ${password}\r\n`;
    const { port } = await aServer({ answer: butTo('AUTH', echo), tls: issued });
    const evidence = await smtp(
      { port, security: 'starttls', name: 'mx.example.com', login: { user: 'i@example.com', password: '$PASSWORD' } },
      aContext({ authorities: [authority.root], secrets: { PASSWORD: password } }),
    );
    expect(evidence.at(-1)?.verdict).toBe('false');
    const text = JSON.stringify(evidence);
    for (const form of [
      password,
      encodeURIComponent(password),
      Buffer.from(password).toString('base64').slice(2, -4),
    ]) {
      expect(text).not.toContain(form);
    }
    expect(text).toContain('[secret]');
  });

  it('is asked for a login only after TLS has begun', async () => {
    const server = await aServer({ tls: issued });
    await smtp({ port: server.port, security: 'starttls', login: { user: 'a', password: 'wrong', is: 'refused' } });
    const lines = server.heard.filter((line) => !line.startsWith('QUIT'));
    expect(lines.slice(-4)).toEqual([
      'EHLO brevduva.invalid',
      'STARTTLS',
      'EHLO brevduva.invalid',
      expect.stringMatching(/^AUTH PLAIN /),
    ]);
  });
});

describe('the end of a probe', () => {
  it('comes with the reason of the signal, wherever the conversation stands', async () => {
    for (const command of ['EHLO', 'RCPT', 'STARTTLS']) {
      const abort = new AbortController();
      const answer = (line: string) => {
        if (!line.startsWith(command)) return usualAnswer(line);
        abort.abort(new Error('enough'));
        return undefined;
      };
      const { port } = await aServer({ answer });
      const spec = { port, security: command === 'STARTTLS' ? 'starttls' : 'none', envelope: { to: 'a@example.com' } };
      await expect(smtp(spec, aContext({ signal: abort.signal }))).rejects.toThrow('enough');
    }
  });
});

describe('a reply', () => {
  it('is the same however its bytes arrive, and whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const reply = Buffer.from('250-mx.example.com\r\n250 SIZE 1000\r\n');
        const whole = takeReply(Buffer.concat([reply, noise]));
        expect(whole).toMatchObject({ kind: 'reply', reply: { code: 250 }, rest: Buffer.from(noise) });
        for (let cut = 0; cut < reply.length; cut += 1) expect(takeReply(reply.subarray(0, cut)).kind).toBe('part');
        expect(['reply', 'part', 'no-smtp']).toContain(takeReply(Buffer.from(noise)).kind);
      }),
    );
  });
});
