import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { takePort25 } from './careless-server.ts';
import { untilSettled } from './chasquid-steps.ts';
import { type Stage, serverName, setStage } from './first-checkpoints.ts';
import { aSigningKey, makeMailServer } from './mail-server.ts';
import { type Rehearsal, rehearse } from './part-of-guide.ts';

const certificate = `/etc/chasquid/certs/${serverName}`;
const aliases = '/etc/chasquid/domains/example.com/aliases';

/** Writes another certificate for the same name and key over the one on the disk. */
const anotherCertificate = (time: string) => `openssl req -x509 -key ${certificate}/privkey.pem ${time} \\
  -subj /CN=${serverName} -addext subjectAltName=DNS:${serverName} -out ${certificate}/fullchain.pem`;

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('deliverability', () => {
  let stage: Stage;
  let rehearsal: Rehearsal;
  let authority: string;
  const look = () => rehearsal.look('deliverability');
  const failures = async () => (await look()).untrue.filter((line) => / (?:false|unknown): /.test(line)).join('\n');

  beforeAll(async () => {
    stage = await setStage('trixie');
    authority = await makeMailServer(stage, {
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

  it('tells each of several faults by its own name, and nothing else', async () => {
    const records = [
      { name: 'example.com', type: 'CAA', value: '0 issue "ca.example.net"' },
      { name: '_smtp._tls.example.com', type: 'TXT', value: '"v=TLSRPTv1; rua=tls@example.com"' },
      { name: '_mta-sts.example.com', type: 'TXT', value: '"v=STSv1"' },
      { name: '10.113.0.203.zen.spamhaus.org', type: 'A', value: '127.0.0.2' },
    ];
    for (const record of records) await stage.world.publish(record);
    await rehearsal.shell(`cp -a ${certificate} /var/tmp/kept; cp -a ${aliases} /var/tmp/aliases
      sed -i /postmaster/d ${aliases}; systemctl restart chasquid`);
    // chasquid reads its certificate and its queue when it starts; what changes now it does not see.
    await untilSettled(stage.vps);
    await rehearsal.shell(`${anotherCertificate('-days 60')}
      for n in $(seq 160); do : >/var/lib/chasquid/queue/m:$n; done`);
    const broken = await failures();
    for (const record of records) await stage.world.retract(record);
    await rehearsal.shell(`cp -a /var/tmp/kept/fullchain.pem ${certificate}/; cp -a /var/tmp/aliases ${aliases}
      rm /var/lib/chasquid/queue/m:*; systemctl restart chasquid`);
    const everyPort = (told: string) =>
      [25, 465, 587].map((port) => new RegExp(`^tls smtp\\.example\\.com:${port} ${told}`));
    const fromBoth = (told: RegExp) => [told, told];
    expect(broken.split('\n')).toEqual(
      [
        ...everyPort(
          'fingerprint: false: .*another one is served than lies on the disk, say on the server: systemctl restart',
        ),
        /envelope: false: RCPT TO:<postmaster@example\.com>.*RFC 5321 and RFC 2142/,
        ...fromBoth(/^dns CAA smtp\.example\.com: false: .*forbid letsencrypt\.org .*0 issue "letsencrypt\.org"/),
        ...fromBoth(/^mail mta-sts example\.com: false: .*no valid id: v=STSv1 \| Write id=/),
        ...fromBoth(/^mail tls-rpt example\.com: false: .*neither mailto: nor https:\. \| Write rua=mailto:/),
        /false: 203\.0\.113\.10 is listed at zen\.spamhaus\.org \(127\.0\.0\.2\) \| Look there why/,
        /^sh verify: false: messages that wait: 160.*Read why they wait/,
      ].map((line) => expect.stringMatching(line)),
    );
  });

  it('tells of a certificate that is over, and of nothing else', async () => {
    const over = await rehearsal.shell(`${anotherCertificate('-not_before 20260101000000Z -not_after 20260201000000Z')}
      systemctl restart chasquid; cat ${certificate}/fullchain.pem`);
    // Whoever signed it is trusted: the time is all that is wrong with it.
    await appendFile(authority, `${over}\n`);
    const broken = await failures();
    await rehearsal.shell(`cp -a /var/tmp/kept/fullchain.pem ${certificate}/; systemctl restart chasquid`);
    expect(broken).toMatch(/:465 time: false: it ended on 2026-02-01 .*run the checkpoint certificate/);
    for (const line of broken.split('\n'))
      expect(line).toMatch(/:(?:25|465|587) (?:time|chain): false: it (?:ended|or)/);
  });

  it('tells of a server that relays for strangers and takes bare line feeds, and of nothing else', async () => {
    const giveBack = await takePort25(stage, authority);
    const broken = await failures();
    await giveBack();
    expect(broken.split('\n')).toEqual(
      [
        /:25 envelope: false: RCPT TO:<nobody@gmail\.com>.*Close port 25 until it is mended/,
        /:25 envelope: false: RCPT TO:<nobody@gmail\.com>.*Close port 25 until it is mended/,
        /:25 bare line feed: false: .*SMTP smuggling, CVE-2023-52354/,
      ].map((line) => expect.stringMatching(line)),
    );
  });

  it('does not know, and raises no alarm, where the blocklists do not answer its resolver, and is proven again', async () => {
    const testEntry = (list: string) => ({ name: `2.0.0.127.${list}`, type: 'A' });
    await stage.world.retract(testEntry('zen.spamhaus.org'));
    await stage.world.publish({ ...testEntry('zen.spamhaus.org'), value: '127.255.255.254' });
    await stage.world.retract(testEntry('bl.spamcop.net'));
    const { state, untrue } = await look();
    await stage.world.retract(testEntry('zen.spamhaus.org'));
    for (const list of ['zen.spamhaus.org', 'bl.spamcop.net']) {
      await stage.world.publish({ ...testEntry(list), value: '127.0.0.2' });
    }
    expect(state).toBe('unknown');
    expect(untrue).toEqual([
      expect.stringMatching(
        /: unknown: .*zen\.spamhaus\.org refuses to answer this resolver; bl\.spamcop\.net does not answer/,
      ),
    ]);
    expect(await look()).toMatchObject({ state: 'proven', untrue: [] });
  });
});
