import { isIP } from 'node:net';
import type { Guide, RecordSpec, Step } from '../guide/guide.ts';
import { templatesIn } from '../guide/names.ts';
import { spellTxt } from '../mail/records/txt.ts';
import { dnsName, reverseName } from '../probe/dns/name.ts';
import { shownValue, wantedRecords, zoneLine } from '../session/records.ts';
import { safeText } from '../text/safe.ts';
import { cellsOf, padToCells } from '../text/width.ts';

/** A record that a guide wants published, its values filled in. */
export interface ReadyRecord {
  readonly step: Step;
  readonly record: RecordSpec;
}

/** A record that cannot be told yet: a later checkpoint gives what is in it. */
export interface WaitingRecord {
  /** The step's id. */
  readonly step: string;
  readonly record: RecordSpec;
  /** Names of inputs and outputs without a value. */
  readonly waitsFor: readonly string[];
}

/** All records of a guide. Those whose `when` has no value are in neither list. */
export interface GuideRecords {
  readonly ready: readonly ReadyRecord[];
  readonly waiting: readonly WaitingRecord[];
}

/** The records of every step of a guide, in its order. Throws ProbeInputError for a name that cannot be one. */
export function recordsOf(guide: Guide, values: Readonly<Record<string, string>>): GuideRecords {
  const ready: ReadyRecord[] = [];
  const waiting: WaitingRecord[] = [];
  for (const step of guide.steps) {
    for (const record of step.records) {
      const waitsFor = namesIn(record).filter((name) => (values[name] ?? '') === '');
      const [filled] = wantedRecords({ ...step, records: [record] }, values);
      if (filled === undefined) continue;
      if (waitsFor.length > 0) waiting.push({ step: step.id, record, waitsFor });
      else ready.push({ step, record: published(filled) });
    }
  }
  return { ready, waiting };
}

/** A table for people; where a value needs several strings, they follow it. */
export function tableText(records: readonly ReadyRecord[]): string {
  const rows = [
    ['NAME', 'TYPE', 'TTL', 'VALUE'],
    ...records.map(({ record }) => [record.name, record.type, String(record.ttl), shownValue(record)].map(safeText)),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => cellsOf(row[column] ?? ''))));
  const table = rows.map((row) =>
    row
      .map((cell, column) => padToCells(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const parted = records.filter(({ record }) => record.type === 'TXT' && spellTxt(record.value).strings.length > 1);
  const parts = parted.flatMap(({ record }) => [
    '',
    `Where the panel takes only 255 characters, the value of ${safeText(record.name)} in parts:`,
    safeText(spellTxt(record.value).quoted),
  ]);
  return `${[...table, ...parts].join('\n')}\n`;
}

/** A zone file (RFC 1035 §5), each checkpoint's records under its title. */
export function zoneText(records: readonly ReadyRecord[]): string {
  const lines = records.flatMap(({ step, record }, index) => [
    ...(records[index - 1]?.step.id === step.id ? [] : [`; ${safeText(step.title)}`]),
    safeText(zoneLine({ ...record, name: ownerName(record.name) })),
  ]);
  return `${lines.join('\n')}\n`;
}

/** A record for programs. `strings`: those of a TXT value. */
export function jsonRecord({ step, record }: ReadyRecord): Readonly<Record<string, unknown>> {
  const { name, type, ttl, priority, value } = record;
  return {
    kind: 'record',
    step: step.id,
    name: safeText(ownerName(name)),
    type,
    ttl,
    ...(priority === undefined ? {} : { priority }),
    value: safeText(value),
    ...(type === 'TXT' ? { strings: spellTxt(value).strings.map(safeText) } : {}),
  };
}

function namesIn({ name, value }: RecordSpec): readonly string[] {
  return [...new Set([...templatesIn(name), ...templatesIn(value)])];
}

/** Names as the DNS has them, in A-labels; an address stays one, as the provider's panel wants it. */
function published(record: RecordSpec): RecordSpec {
  const { name, type, value } = record;
  const isName = type === 'CNAME' || type === 'MX' || type === 'PTR';
  return { ...record, name: isIP(name) === 0 ? dnsName(name) : name, value: isName ? dnsName(value) : value };
}

/** The name that a record has in the DNS: the reverse one for an address. */
function ownerName(name: string): string {
  return reverseName(name) ?? name;
}
