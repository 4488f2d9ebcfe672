import type { RecordSpec, Step } from '../guide/guide.ts';
import { fillTemplate } from '../guide/inputs.ts';
import { spellTxt } from '../mail/records/txt.ts';

/** The records that a step wants published now, with their values filled in; those whose `when` has no value are left out. */
export function wantedRecords(step: Step, values: Readonly<Record<string, string>>): readonly RecordSpec[] {
  return step.records
    .filter(({ when }) => when === undefined || (values[when] ?? '') !== '')
    .map((record) => ({
      ...record,
      name: fillTemplate(record.name, values),
      value: fillTemplate(record.value, values),
    }));
}

/** A record as a line of a zone file (RFC 1035 §5.1), its names absolute. */
export function zoneLine(record: RecordSpec): string {
  const priority = record.priority === undefined ? [] : [String(record.priority)];
  return [absolute(record.name), record.ttl, 'IN', record.type, ...priority, zoneValue(record)].join(' ');
}

/** What to paste into a provider's field for the value: its priority before it, where it has one. */
export function shownValue(record: RecordSpec): string {
  return record.priority === undefined ? record.value : `${record.priority} ${record.value}`;
}

function zoneValue({ type, value }: RecordSpec): string {
  switch (type) {
    case 'TXT':
      return spellTxt(value).quoted;
    case 'CNAME':
    case 'MX':
    case 'PTR':
      return absolute(value);
    default:
      return value;
  }
}

function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
