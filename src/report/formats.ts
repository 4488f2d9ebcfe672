import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';
import { tapReport } from './tap.ts';

/** What a report can be written as, by the word of `--format`. */
export const reportFormats = {
  html: htmlReport,
  md: markdownReport,
  json: (report: Report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitReport,
  tap: tapReport,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

/** A word of `--format`. */
export type ReportFormat = keyof typeof reportFormats;

/** The words of `--format`. */
export const formatNames = Object.keys(reportFormats);

/** Whether a word names a format. */
export function isReportFormat(word: string): word is ReportFormat {
  return Object.hasOwn(reportFormats, word);
}
