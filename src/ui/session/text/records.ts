import { shownValue, wantedRecords } from '../../../session/records.ts';
import { span } from '../../line.ts';
import { tableLines } from '../../markdown/table.ts';
import type { Situation } from '../situation.ts';
import type { Section, SectionStyle } from './section.ts';

/** The DNS records to publish, as a table with their values filled in. */
export function recordsSection({ step, view }: Situation, { width, look }: SectionStyle): Section {
  const records = wantedRecords(step, view.values);
  if (records.length === 0) return { name: 'records', lines: [] };
  const header = ['name', 'type', 'value', 'ttl'].map((title) => [span(title, 'muted')]);
  return {
    name: 'records',
    detail: 'to publish; y copies a field',
    lines: tableLines(
      {
        header,
        rows: records.map((record) => [
          [span(record.name)],
          [span(record.type, 'strong')],
          [span(shownValue(record), 'code')],
          [span(String(record.ttl), 'muted')],
        ]),
        align: [null, null, null, 'right'],
      },
      { width, glyphs: look.glyphs },
    ),
  };
}
