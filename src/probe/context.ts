import type { Connection } from '../remote/connection.ts';
import type { ProbeSettings } from './settings.ts';

/** A DNS record that a checkpoint wants published, its inputs filled in. */
export interface PublishedRecord {
  /** The full name: `_dmarc.example.com`. For a PTR record an IP address will do. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'PTR' | 'CAA' | 'TLSA' | 'SRV';
  readonly value: string;
  /** Seconds. */
  readonly ttl: number;
  /** Only for MX and SRV. */
  readonly priority?: number | undefined;
}

/** What typed probes look with. */
export interface ProbeContext {
  /** The open line to the target; `null` where there is none, and then what needs it is unknown. */
  readonly connection: Connection | null;
  readonly settings: ProbeSettings;
  /** Inputs and outputs by their variable: `DOMAIN` → value. */
  readonly values: Readonly<Record<string, string>>;
  /** The secrets that the step's `secrets:` lists, by their variable. Only a `password` may be filled with one. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The records that the checkpoint wants published. */
  readonly records: readonly PublishedRecord[];
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
