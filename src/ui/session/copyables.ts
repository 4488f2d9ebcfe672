import { fillTemplate } from '../../guide/inputs.ts';
import { shownValue, wantedRecords, zoneLine } from '../../session/records.ts';
import type { Copyable } from './screen.ts';
import type { Situation } from './situation.ts';

/** What can be copied from the checkpoint that is shown: its command, and its records whole and a field at a time. */
export function copyablesOf({ step, view }: Situation): readonly Copyable[] {
  const command: readonly Copyable[] =
    step.run === undefined ? [] : [{ name: `the command (${linesIn(step.run.text)})`, text: step.run.text }];
  const records = wantedRecords(step, view.values);
  const fields = records.flatMap((record): readonly Copyable[] => [
    { name: `the name of ${record.type} ${record.name}`, text: record.name },
    { name: `the value of ${record.type} ${record.name}`, text: shownValue(record) },
  ]);
  const zone: readonly Copyable[] =
    records.length === 0
      ? []
      : [{ name: 'all records, as a zone file', text: `${records.map(zoneLine).join('\n')}\n` }];
  return [...command, ...fields, ...zone, ...codeIn(step.prose, view.values)];
}

/** Fences of the prose: what a person may be told to type elsewhere. */
function codeIn(prose: string, values: Readonly<Record<string, string>>): readonly Copyable[] {
  return [...prose.matchAll(/^ {0,3}```[^\n]*\n([\s\S]*?)^ {0,3}```/gmu)].map(([, code = '']) => {
    const text = fillTemplate(code, values);
    return { name: `“${text.split('\n', 1)[0] ?? ''}”`, text };
  });
}

function linesIn(text: string): string {
  const count = text.trimEnd().split('\n').length;
  return count === 1 ? '1 line' : `${count} lines`;
}
