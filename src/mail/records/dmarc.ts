import type { Finding } from '../finding.ts';

/** What is right and wrong with the TXT records (each with its strings joined) of `_dmarc.DOMAIN`: RFC 9989 §4.7. */
export function lintDmarc(_records: readonly string[], _domain: string): readonly Finding[] {
  throw new Error('lintDmarc is being written.');
}

/** A record that another domain must publish before it is sent reports about this one (RFC 9990 §4). */
export interface ReportAuthorization {
  /** `example.com._report._dmarc.reports.example.net` */
  readonly name: string;
  /** The domain that the reports go to. */
  readonly destination: string;
}

/** The records that must exist for the report addresses of a DMARC record outside its own domain. */
export function reportAuthorizations(_record: string, _domain: string): readonly ReportAuthorization[] {
  throw new Error('reportAuthorizations is being written.');
}

/** What the TXT records found at an authorization's name mean. */
export function lintReportAuthorization(
  _records: readonly string[],
  _authorization: ReportAuthorization,
): readonly Finding[] {
  throw new Error('lintReportAuthorization is being written.');
}
