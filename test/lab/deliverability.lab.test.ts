import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Stage, serverName, setStage } from './first-checkpoints.ts';
import { aSigningKey, makeMailServer } from './mail-server.ts';
import { type Rehearsal, rehearse } from './part-of-guide.ts';

const certificate = `/etc/chasquid/certs/${serverName}`;
const aliases = '/etc/chasquid/domains/example.com/aliases';
const testEntry = '2.0.0.127.zen.spamhaus.org';

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('deliverability', () => {
  let stage: Stage;
  let rehearsal: Rehearsal;
  const look = () => rehearsal.look('deliverability');
  const failures = async () => (await look()).untrue.filter((line) => / (?:false|unknown): /.test(line)).join('\n');

  beforeAll(async () => {
    stage = await setStage('trixie');
    const authority = await makeMailServer(stage, {
      sender: { address: 'i@example.com', password: 'long-and-secret' },
      dkim: { selector: '20260101', key: aSigningKey().privateKey },
    });
    rehearsal = await rehearse(stage, { steps: ['deliverability'] }, ['--authority', authority]);
    const lines = 'postmaster: i@example.com\\nabuse: i@example.com\\n';
    await rehearsal.shell(`printf '${lines}' >${aliases} && chown chasquid: ${aliases} && systemctl restart chasquid`);
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('sees the faults of chasquid 1.15: session tickets, at which Outlook breaks off, and old TLS', async () => {
    const { state, untrue, printed } = await look();
    expect(state, printed).not.toBe('proven');
    expect(untrue.filter((line) => / (?:false|unknown): /.test(line))).toEqual(
      [25, 465, 587].map((port) =>
        expect.stringMatching(new RegExp(`:${port} tickets: false: it sends session tickets.*Give the input chasquid`)),
      ),
    );
    expect(untrue.join('\n')).toMatch(/old versions: warning: TLSv1: taken/);
  });

  it('is proven with the newest chasquid', async () => {
    await rehearsal.shell(`printf '%s\n' 'Types: deb' 'URIs: http://deb.debian.org/debian' 'Suites: sid' 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >/etc/apt/sources.list.d/sid.sources
      printf '%s\n' 'Package: *' 'Pin: release n=sid' 'Pin-Priority: -1' '' 'Package: chasquid' 'Pin: release n=sid' \
        'Pin-Priority: 990' >/etc/apt/preferences.d/sid
      apt-get -qq update
      apt-get -qq -y -o Dpkg::Options::=--force-confold install chasquid >/dev/null 2>&1
      systemctl reset-failed chasquid.service 'chasquid*'; systemctl restart chasquid`);
    const { state, untrue, evidence } = await look();
    expect(untrue).toEqual([]);
    expect(state).toBe('proven');
    expect(evidence.map(({ observed }) => observed).join('\n')).toMatch(/not listed: .*zen.*spamcop/);
  });

  /** How it is broken, what is told, and how it is mended. */
  const faults: readonly (readonly [string, string, RegExp, string])[] = [
    [
      'a renewal did not reach the daemon',
      `cp -a ${certificate} /var/tmp/kept
       openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 -subj /CN=${serverName} \
         -addext subjectAltName=DNS:${serverName} -keyout /var/tmp/new.key -out ${certificate}/fullchain.pem`,
      /:465 fingerprint: false: .*If another one is served than lies on the disk, say on the server: systemctl restart/,
      `cp -a /var/tmp/kept/fullchain.pem ${certificate}/`,
    ],
    [
      'nobody is postmaster',
      `cp -a ${aliases} /var/tmp/aliases; sed -i /postmaster/d ${aliases}; systemctl restart chasquid`,
      /envelope: false: RCPT TO:<postmaster@example\.com>.*RFC 5321 and RFC 2142/,
      `cp -a /var/tmp/aliases ${aliases}; systemctl restart chasquid`,
    ],
    [
      'the queue is nearly full',
      'for n in $(seq 160); do : >/var/lib/chasquid/queue/m:$n; done',
      /sh verify: false: messages that wait: 160.*Read why they wait/,
      'rm /var/lib/chasquid/queue/m:*',
    ],
  ];
  it.each(faults)('fails, and says why, where %s', async (_what, breaking, told, mending) => {
    await rehearsal.shell(breaking);
    const broken = await failures();
    await rehearsal.shell(mending);
    expect(broken).toMatch(told);
    expect(await failures()).toBe('');
  });

  it('fails where the address is on a blocklist, and says what to do', async () => {
    const listed = { name: '10.113.0.203.zen.spamhaus.org', type: 'A', value: '127.0.0.2' };
    await stage.world.publish(listed);
    const broken = await failures();
    await stage.world.retract(listed);
    expect(broken).toMatch(/false: 203\.0\.113\.10 is listed at zen\.spamhaus\.org \(127\.0\.0\.2\) \| Look there why/);
  });

  it('does not know, and raises no alarm, where the blocklist refuses its resolver', async () => {
    await stage.world.retract({ name: testEntry, type: 'A' });
    await stage.world.publish({ name: testEntry, type: 'A', value: '127.255.255.254' });
    const refused = await look();
    await stage.world.retract({ name: testEntry, type: 'A' });
    const silent = await look();
    for (const value of ['127.0.0.2', '127.0.0.4']) await stage.world.publish({ name: testEntry, type: 'A', value });
    expect(refused.state).toBe('unknown');
    expect(refused.untrue.join()).toMatch(/: unknown: .*zen\.spamhaus\.org refuses to answer this resolver/);
    expect(silent.untrue.join()).toMatch(/: unknown: .*zen\.spamhaus\.org does not answer/);
    expect((await look()).state).toBe('proven');
  });
});
