import { join } from 'node:path';

/** The configuration of Dovecot 2.3 for IMAP over TLS, with all of its state in a folder. */
export function dovecotConfig(folder: string, mailOwner: number): string {
  return `base_dir = ${join(folder, 'dovecot')}
state_dir = ${join(folder, 'dovecot')}
log_path = /dev/stderr
protocols = imap
listen = *, ::
ssl = required
ssl_cert = <${join(folder, 'certificate.pem')}
ssl_key = <${join(folder, 'key.pem')}
mail_location = maildir:${join(folder, 'mail')}/%u
first_valid_uid = ${mailOwner}
passdb {
  driver = passwd-file
  args = ${join(folder, 'passwords')}
}
userdb {
  driver = static
  args = uid=${mailOwner} gid=${mailOwner} home=${join(folder, 'mail')}/%u
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = 993
  }
}
`;
}
