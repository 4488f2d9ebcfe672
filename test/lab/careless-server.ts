import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { plan } from './addresses.ts';
import type { FaultPlace } from './faults/fault.ts';
import { serverName } from './first-checkpoints.ts';
import { startServer } from './world/server.ts';

/** Ends the careless server; chasquid has its port again. */
export type GiveBack = () => Promise<void>;

/**
 * Puts another mail server in the place of chasquid on port 25: Postfix, with the server's name and certificate. It takes
 * mail from strangers to strangers, and lines that end in a bare line feed; all else is as the guide wants it. What it takes
 * goes nowhere. `certificate`: the file that `makeMailServer` resolved to.
 */
export async function takePort25(place: FaultPlace, certificate: string): Promise<GiveBack> {
  const folder = join(place.lab.network.folder, 'careless-server');
  const config = join(folder, 'config');
  for (const part of ['config', 'data', 'queue']) await mkdir(join(folder, part), { recursive: true });
  await execa('chown', ['postfix', join(folder, 'data')], { stdin: 'ignore' });
  await writeFile(join(config, 'main.cf'), main(folder, certificate));
  await writeFile(join(config, 'master.cf'), daemons.map((line) => `${line}\n`).join(''));
  const namespace = place.lab.network.host('vps');
  await namespace.exec('postfix', ['-c', config, 'check']);
  await place.vps.exec('sh', [
    '-euc',
    `mkdir -p ${dropIn}; printf '${elsewhere}' >${dropIn}/elsewhere.conf; ${startAfresh}`,
  ]);
  const giveBack: GiveBack = async () => {
    await place.vps.exec('sh', ['-euc', `rm -r ${dropIn}; ${startAfresh}`]);
  };
  try {
    const server = await startServer(namespace, {
      name: 'the careless server',
      command: '/usr/lib/postfix/sbin/master',
      args: ['-c', config, '-d'],
      log: join(folder, 'postfix.log'),
      answers: async () => {
        const words = ['-sS', '--max-time', '5', `telnet://${plan.vps.ipv4}:25`];
        const { out } = await namespace.exec('curl', words, { input: 'QUIT\r\n', mayFail: true });
        return out.startsWith(`220 ${serverName} `);
      },
    });
    return async () => {
      await server.stop();
      await giveBack();
    };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** Has chasquid listen elsewhere than on port 25, systemd.socket(5). */
const dropIn = '/run/systemd/system/chasquid-smtp.socket.d';
const elsewhere = '[Socket]\\nListenStream=\\nListenStream=2525\\n';
const startAfresh = `systemctl stop 'chasquid*'; systemctl daemon-reload
systemctl reset-failed 'chasquid*' chasquid.service; systemctl start chasquid.service`;

/** main.cf, postconf(5): in all but two things as careful as the guide wants it. */
function main(folder: string, certificate: string): string {
  return `compatibility_level = 3.6
queue_directory = ${join(folder, 'queue')}
data_directory = ${join(folder, 'data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${join(folder, 'mail.log')}
inet_interfaces = all
inet_protocols = all
myhostname = ${serverName}
mydestination =
mynetworks = 0.0.0.0/0 [::]/0
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
relay_domains = example.com
relay_recipient_maps =
relay_transport = discard:
default_transport = discard:
alias_maps =
smtpd_forbid_bare_newline = no
smtpd_banner = ${serverName} ESMTP
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${certificate}
smtpd_tls_key_file = ${join(dirname(certificate), 'key.pem')}
smtpd_tls_protocols = TLSv1.2
tls_ssl_options = NO_TICKET
`;
}

/** master.cf, master(5): what takes mail and drops it, nothing of it in a chroot. */
const daemons = [
  'smtp inet n - n - - smtpd',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'proxymap unix - - n - - proxymap',
  'discard unix - - n - - discard',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];
