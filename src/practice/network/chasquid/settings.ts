import { ProtoError, readProto } from './text-proto.ts';

/** What /etc/chasquid/chasquid.conf says, of what practice needs. */
export interface ChasquidSettings {
  /** Empty: the system's own. */
  readonly hostname: string;
  /** Octets. */
  readonly mostOfMessage: number;
  readonly dataFolder: string;
  readonly mostInQueue: number;
}

/** Every key of config.proto, and since which 1.x. */
const keys: Readonly<Record<string, number>> = {
  hostname: 0,
  max_data_size_mb: 0,
  smtp_address: 0,
  submission_address: 0,
  submission_over_tls_address: 0,
  monitoring_address: 0,
  mail_delivery_agent_bin: 0,
  mail_delivery_agent_args: 0,
  data_dir: 0,
  suffix_separators: 0,
  drop_characters: 0,
  mail_log_path: 0,
  dovecot_auth: 0,
  dovecot_userdb_path: 0,
  dovecot_client_path: 0,
  haproxy_incoming: 0,
  max_queue_items: 16,
  give_up_send_after: 16,
};

/** Reads the configuration. Throws ProtoError for a key that this version does not know, as the daemon does. */
export function readSettings(text: string, version: string): ChasquidSettings {
  const minor = Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
  const fields = readProto(text);
  for (const { name, line } of fields) {
    const since = keys[name];
    if (since === undefined || since > minor) throw new ProtoError(`(line ${line}:1): unknown field: ${name}`);
  }
  // the last one counts
  const last = (name: string): string | undefined => {
    const value = fields.findLast((field) => field.name === name)?.value;
    return Buffer.isBuffer(value) ? value.toString() : undefined;
  };
  return {
    hostname: last('hostname') ?? '',
    mostOfMessage: Number(last('max_data_size_mb') ?? 50) * 1_048_576,
    dataFolder: last('data_dir') ?? '/var/lib/chasquid',
    mostInQueue: Number(last('max_queue_items') ?? 200),
  };
}
