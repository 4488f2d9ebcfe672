import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type CertificateStage, type Client, hook, installed, setCertificateStage } from './certificate-stage.ts';
import { serverName } from './first-checkpoints.ts';
import { type Suite, suites } from './packages.ts';
import { changesBetween, tracesOn } from './traces.ts';
import { acmeShCheckout } from './world/acme-sh.ts';

const clients: readonly Client[] = acmeShCheckout === undefined ? ['stand-in'] : ['stand-in', 'acme.sh'];
const rounds: readonly (readonly [Suite, Client])[] = suites.flatMap((suite) =>
  clients.map((client) => [suite, client] as const),
);
const acme = '/root/.acme.sh';
const chain = `${installed}/fullchain.pem`;
const key = `${installed}/privkey.pem`;

// The tests of one round are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(rounds)('a certificate on %s, by %s', (suite, client) => {
  let stage: CertificateStage;
  const look = (...settings: readonly string[]) => stage.rehearsal.look('certificate', ...settings);
  const run = (...settings: readonly string[]) => stage.rehearsal.run('certificate', ...settings);
  const shell = (lines: string) => stage.rehearsal.shell(lines);
  const main = `${acme}/${serverName}_ecc/${serverName}`;
  const fingerprint = () => shell(`openssl x509 -in ${chain} -noout -fingerprint -sha256`);
  const rights = (file: string) => shell(`stat -c '%U:%G %a' ${file}`);
  /** Makes the renewal due, and does what cron will do then. */
  const renew = () =>
    shell(`sed -i "s/^Le_NextRenewTime=.*/Le_NextRenewTime='1'/" ${acme}/*_ecc/*.conf
      sh -c "$(crontab -l | sed -n 's/^[0-9 *]*\\(.*acme.sh --cron.*\\)> .*/\\1/p')"`);

  beforeAll(async () => {
    stage = await setCertificateStage(suite, client);
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('is missing on a bare server', async () => {
    const { state, untrue } = await look();
    expect(state).toBe('todo');
    expect(untrue[0]).toMatch(/^sh verify: false: .*(?:is not installed|has no certificate)/);
  });

  it.runIf(client === 'acme.sh')('is not asked for with an acme.sh that is another than the guide knows', async () => {
    const git = ['-C', stage.world.github?.acmeSh ?? '', 'update-ref', 'refs/tags/3.1.3'];
    const { stdout: right } = await execa('git', ['-C', stage.world.github?.acmeSh ?? '', 'rev-parse', '3.1.3']);
    await execa('git', [...git, `${right}~1`]);
    const { state, printed } = await run();
    await execa('git', [...git, right]);
    expect(state).toBe('failed');
    expect(printed).toMatch(/The tag 3\.1\.3 of acme\.sh is not what it was: [0-9a-f]{40}, not 76d1377f/);
    expect(await shell(`ls ${acme} /tmp/tmp.*`)).toMatch(/^ls: cannot access[^\n]*\nls: cannot access[^\n]*$/);
  });

  it('is not asked for while somebody else holds port 80, which is told before', async () => {
    await shell('systemd-run --quiet --unit=a-web-server --socket-property=ListenStream=80 sleep infinity');
    const { state, printed } = await run();
    await shell('systemctl stop a-web-server.socket a-web-server.service');
    expect(state).toBe('failed');
    expect(printed).toMatch(/Port 80 is held by (?:sleep|systemd) \(process \d+\)/);
    expect(printed).toMatch(/use the DNS way: give acme_dns/);
    expect(await shell(`ls ${acme}/${serverName}_ecc`)).toMatch(/cannot access/);
  });

  it('is not given while a firewall closes port 80, and both the run and the look say so', async () => {
    const { backbone } = stage.lab.network;
    const rules = `table inet closed {
      chain forward {
        type filter hook forward priority 0
        tcp dport 80 ip daddr ${plan.vps.ipv4} drop
        tcp dport 80 ip6 daddr ${plan.vps.ipv6} drop
      }
    }`;
    await backbone.exec('nft', ['-f', '-'], { input: rules });
    const ran = await run();
    const looked = await look();
    await backbone.exec('nft', ['delete', 'table', 'inet', 'closed']);
    expect(ran.state).toBe('failed');
    expect(ran.printed).toMatch(/The authority could not get to port 80 of smtp\.example\.com/);
    expect(looked.untrue.join('\n')).toMatch(/Nothing came back from port 80/);
  });

  it('is there, proven, after a run', async () => {
    const { state, untrue, printed, evidence } = await run();
    expect(state, printed).toBe('proven');
    expect(untrue).toEqual([]);
    expect(evidence[0]?.observed).toMatch(/^smtp\.example\.com until \d{4}-\d\d-\d\d, by Pebble .*root alone$/);
    expect([await rights(installed), await rights(key), await rights(chain)]).toEqual([
      'root:root 700',
      'root:root 600',
      'root:root 600',
    ]);
    expect(await shell(`openssl verify -untrusted ${chain} ${chain}`)).toMatch(/OK$/);
  });

  it('is not touched by a second run', async () => {
    const before = await tracesOn(stage.vps);
    const { state } = await run();
    expect(state).toBe('proven');
    expect(await shell(`${hook} ${serverName}`)).toBe('');
    expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
  });

  it('goes to chasquid once it is there, and restarts it with each renewal, and only then', async () => {
    // A double for chasquid: what matters of it here is its user, and that it runs.
    await shell(`useradd --system chasquid
      printf '[Service]\\nUser=chasquid\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/chasquid.service
      systemctl daemon-reload && systemctl start chasquid`);
    const process = () => shell('systemctl show -p MainPID --value chasquid');
    expect((await look()).untrue.join()).toMatch(
      /^sh verify: false: chasquid, which must read .*privkey\.pem, cannot \| Run/,
    );
    await shell(`${hook} ${serverName}`);
    expect([await rights(installed), await rights(key)]).toEqual(['root:chasquid 750', 'root:chasquid 640']);
    const before = [await fingerprint(), await process()];

    await shell(`${hook} ${serverName}`);
    expect([await fingerprint(), await process()]).toEqual(before);

    const said = await renew();
    const after = [await fingerprint(), await process()];
    expect(after[0], said).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect([await rights(key), (await look()).state]).toEqual(['root:chasquid 640', 'proven']);
  });

  /** What can be wrong with it later: how it is broken, what is seen then, and that a run mends it. */
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['the key is root’s alone', `chown root:root ${key}; chmod 600 ${key}`, /chasquid, which must read .* cannot/],
    ['the key is everybody’s', `chmod 644 ${key}`, /privkey\.pem can be read by everybody/],
    ['the crontab is gone', 'crontab -r', /crontab has no line for acme\.sh/],
    ['the line is commented out', 'crontab -l | sed "s/^/#/" | crontab -', /crontab has no line for acme\.sh/],
    ['cron is off', 'systemctl disable --now cron', /cron does not run/],
    ['the hook is gone', `rm ${hook}`, /would renew the certificate and not tell chasquid/],
    ['the copy is a link', `rm -r ${installed}; ln -s ${acme}/${serverName}_ecc ${installed}`, /no certificate in/],
    ['a renewal did not reach it', `sed -i 1d ${chain}`, /a renewal did not reach it/],
    ['the key is another', `openssl ecparam -name prime256v1 -genkey -noout -out ${key}`, /does not belong/],
  ];
  it.each(faults)('is seen to be wrong, and mended by the action, where %s', async (_fault, breaking, seen) => {
    await shell(breaking);
    expect((await look()).untrue.join()).toMatch(seen);
    const said = await stage.act();
    const { state, untrue } = await look();
    expect(state, `${untrue.join()} ${said}`).toBe('proven');
    expect(await rights(key)).toBe('root:chasquid 640');
  });

  it('is mended by a run, which looks first and again afterwards', async () => {
    await shell(`chmod 644 ${key}`);
    const { state, printed, untrue } = await run();
    expect(state, `${untrue.join()} ${printed}`).toBe('proven');
    expect(await rights(key)).toBe('root:chasquid 640');
  });

  it('is seen to be unable to renew where port 80 is taken later', async () => {
    await shell('systemd-run --quiet --unit=a-web-server --socket-property=ListenStream=80 sleep infinity');
    const { untrue } = await look();
    await shell('systemctl stop a-web-server.socket a-web-server.service');
    expect(untrue.join()).toMatch(
      /the next renewal will fail: port 80 is held by (?:sleep|systemd) .*\| Stop and disable it/,
    );
    await shell(`sed -i "s/^Le_NextRenewTime=.*/Le_NextRenewTime='1700000000'/" ${main}.conf`);
    expect((await look()).untrue.join()).toMatch(
      /^sh verify: warning: .*the renewal was due on 2023-11-14 and has not come/,
    );
  });

  it.each([
    [6, /^sh verify: false: the certificate ends in 5 days/],
    [20, /^sh verify: warning: .* in 19 days, less than a third of its time/],
    [0, /^sh verify: false: the certificate has expired/],
  ])('is seen to end, where it has %i days', async (days, seen) => {
    // Of an authority of the test's own, which the server trusts as it does the others.
    await shell(`cd /tmp && sed -i "s/^Le_NextRenewTime=.*/Le_NextRenewTime='9999999999'/" ${main}.conf
      printf '[ca]\\nbasicConstraints=critical,CA:TRUE\\n[leaf]\\nsubjectAltName=DNS:${serverName}\\n' >ca.cnf
      if [ ! -e ca.key ]; then
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out /usr/local/share/ca-certificates/own.crt -subj /CN=own
        update-ca-certificates
      fi
      openssl req -new -key ${main}.key -subj /CN=${serverName} -out leaf.csr
      : >index && echo 01 >serial
      printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=/tmp/index\\nserial=/tmp/serial\\nnew_certs_dir=/tmp\\ndefault_md=sha256\\npolicy=p\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' >ca.conf
      openssl ca -batch -config ca.conf -cert /usr/local/share/ca-certificates/own.crt -keyfile ca.key -in leaf.csr \\
        -extfile ca.cnf -extensions leaf -startdate "$(date -u -d '-70 days' +%y%m%d%H%M%SZ)" -enddate "$(date -u -d '${days} days' +%y%m%d%H%M%SZ)" \\
        -out ${acme}/${serverName}_ecc/fullchain.cer -notext
      ${hook} ${serverName}`);
    expect((await look()).untrue.join()).toMatch(seen);
  });

  it('is gone after undo', async () => {
    const said = await stage.rehearsal.undo('certificate');
    expect(said.status, said.err).toBe(0);
    expect((await look()).untrue[0]).toMatch(/^sh verify: false: acme\.sh is not installed/);
    const left = await shell(`ls -d ${acme} ${hook} /etc/chasquid 2>/dev/null; crontab -l | grep acme`);
    expect(left).toBe('');
  });

  it('is given by DNS for the whole domain, without port 80, and the keys are nowhere but with acme.sh', async () => {
    const { world, lab } = stage;
    await stage.provideClient();
    await world.publish({ name: '_acme-challenge.example.com', type: 'CNAME', value: world.acmeDns.target });
    const secret = join(lab.network.folder, 'keys');
    const given = ['--set', 'acme_dns=dns_acmedns', '--secret-file', `acme_dns_keys=${secret}`];
    await writeFile(secret, 'not keys', { mode: 0o600 });
    expect((await run(...given)).printed).toMatch(/acme_dns_keys must be NAME=value, several of them/);
    // The lab has none of the resolvers that acme.sh asks over HTTPS whether the record is there.
    await writeFile(secret, `${world.acmeDns.keys} Le_DNSSleep=2`);
    expect((await run(...given, '--set', 'acme_dns=dns_nobody')).printed).toMatch(/knows no DNS provider dns_nobody/);

    const { state, printed, evidence } = await run(...given);
    expect(state, printed).toBe('proven');
    expect(evidence[0]?.observed).toMatch(/^(?:example\.com \*\.example\.com|\*\.example\.com example\.com) until/);
    expect(evidence).toHaveLength(1);
    const { password } = world.acmeDns;
    const holding = `grep -rlF ${password} / --exclude-dir=proc --exclude-dir=sys --exclude-dir=srv`;
    // Which of its two files it keeps them in depends on the provider.
    expect(await shell(`${holding} | xargs stat -c '%n %U:%G %a'`)).toMatch(
      /^\/root\/\.acme\.sh\/(?:account|example\.com_ecc\/example\.com)\.conf root:root 600$/,
    );
    expect(printed).not.toContain(password);

    const before = await fingerprint();
    const said = await renew();
    expect(await fingerprint(), said).not.toBe(before);
    expect((await look('--set', 'acme_dns=dns_acmedns')).state).toBe('proven');
  });

  it('is another one, and the only one, where the way is changed back', async () => {
    const { state, printed } = await run('--set', 'acme_dns=');
    expect(state, printed).toBe('proven');
    expect(await shell(`ls -d ${acme}/*_ecc`)).toBe(`${acme}/${serverName}_ecc`);
  });
});
