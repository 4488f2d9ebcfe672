/** Whose reply it is; `any`: a code that means the same everywhere (RFC 3463, RFC 7372). */
export type Provider = 'gmail' | 'microsoft' | 'yahoo' | 'any';

/** A reply of a mail server that is known, found in a bounce or a log line. */
export interface ProviderReply {
  readonly provider: Provider;
  /** As it is known: `5.7.26`, `S3140`. */
  readonly code: string;
  /** True where trying again later can help. */
  readonly isTemporary: boolean;
  /** One sentence: why the server said so. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
  /** The line that it stood in, at most 500 characters. */
  readonly line: string;
}
