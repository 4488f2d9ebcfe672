import { join } from 'node:path';
import { verdictPorts } from './judges.ts';

/** Postfix's main.cf, postconf(5), for a receiver with one domain and all of its state in a folder. */
export function postfixMain(folder: string, mailOwner: number): string {
  const milters = [verdictPorts.opendkim, verdictPorts.opendmarc].map((port) => `inet:127.0.0.1:${port}`);
  return `compatibility_level = 3.6
queue_directory = ${join(folder, 'queue')}
data_directory = ${join(folder, 'data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${join(folder, 'mail.log')}
inet_interfaces = all
inet_protocols = all
myhostname = mx.google.com
mydestination =
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_banner = mx.google.com ESMTP lab - gsmtp
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${join(folder, 'certificate.pem')}
smtpd_tls_key_file = ${join(folder, 'key.pem')}
virtual_mailbox_domains = gmail.com
virtual_mailbox_base = ${join(folder, 'mail')}
virtual_mailbox_maps = texthash:${join(folder, 'mailboxes')}
virtual_uid_maps = static:${mailOwner}
virtual_gid_maps = static:${mailOwner}
alias_maps =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service unix:private/policyd-spf
smtpd_milters = ${milters.join(', ')}
milter_default_action = tempfail
`;
}

/** Postfix's master.cf, master(5): the daemons that a receiver needs, none of them in a chroot, and policyd-spf. */
export function postfixMaster(folder: string): string {
  const daemons = [
    'smtp inet n - n - - smtpd',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    `policyd-spf unix - n n - 0 spawn user=policyd-spf argv=/usr/bin/policyd-spf ${join(folder, 'policyd-spf.conf')}`,
  ];
  return daemons.map((line) => `${line}\n`).join('');
}
