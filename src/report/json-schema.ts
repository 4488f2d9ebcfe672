import * as z from 'zod';
import { reportSchema } from './report.ts';

/** The text of `docs/report.schema.json` (JSON Schema 2020-12): what a report in JSON is. */
export function reportJsonSchema(): string {
  const schema = { title: 'A report of Brevduva', ...z.toJSONSchema(reportSchema) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
