import * as z from 'zod';
import { durationForm, readDuration } from './duration.ts';
import type { Complain } from './error.ts';
import { counted } from './error.ts';
import type { InputSpec } from './guide.ts';
import { inputFaults } from './input-faults.ts';
import { nameFault, templatesIn } from './names.ts';
import type { YamlReading } from './yaml.ts';
import { conform, pathName } from './yaml.ts';

const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\n'), { error: 'must be one line', params: { remedy: 'Shorten it.' } });
const paragraph = z.string().trim().min(1).max(2000);
const lines = z.array(line);
const seconds = z
  .string()
  .refine((text) => readDuration(text) !== undefined, {
    error: 'is no duration',
    params: { remedy: `Write ${durationForm}.` },
  })
  .transform((text) => readDuration(text) ?? 0);

/** Front matter of a step. */
export const stepSettings = z.strictObject({
  title: line,
  needs: lines.default([]),
  optional: z.boolean().default(false),
  effects: lines.default([]),
  takes: line.optional(),
  reverts: seconds.optional(),
  reinstalls: z.boolean().default(false),
  confirm: paragraph.optional(),
  secrets: lines.default([]),
  gives: lines.default([]),
});
/** Front matter of a step, defaults filled in. */
export type StepSettings = z.infer<typeof stepSettings>;

const indexSettings = z.strictObject({
  title: line,
  inputs: z.record(z.string(), z.unknown()).default({}),
});

const inputSettings = z.strictObject({
  type: z.enum(['domain', 'hostname', 'ip', 'email', 'secret', 'choice', 'text']),
  label: line,
  help: paragraph.optional(),
  default: line.optional(),
  optional: z.boolean().default(false),
  choices: lines.min(1).default([]),
  generate: z.boolean().default(false),
});

/** Front matter of an index. `isWhole`: nothing was wrong with it, so its names can be relied on. */
export interface IndexSettings {
  readonly title: string;
  readonly inputs: readonly InputSpec[];
  readonly isWhole: boolean;
}

/** Reads an index's front matter; complains of all that is wrong, and gives what could be read. */
export function readIndexSettings(reading: YamlReading, complain: Complain): IndexSettings {
  const report = counted(complain);
  const settings = conform(indexSettings, { reading, at: [], complain: report.complain });
  const declared = Object.keys(settings?.inputs ?? {});
  const inputs = declared.flatMap((name) => readInput(name, reading, report.complain) ?? []);
  for (const fault of inputFaults(inputs, declared)) {
    report.complain({ ...fault, place: reading.placeOf(['inputs', fault.input, fault.key]) });
  }
  return { title: settings?.title ?? '', inputs, isWhole: report.count() === 0 };
}

function readInput(name: string, reading: YamlReading, complain: Complain): InputSpec | undefined {
  const at = ['inputs', name];
  const place = reading.placeOf(at);
  const fault = nameFault(name);
  if (fault !== undefined) {
    complain({ sentence: `The input \`${name}\` ${fault.predicate}.`, place, remedy: fault.remedy });
  }
  const settings = conform(inputSettings, { reading, at, complain });
  checkLists(['choices'], { reading, at, complain, settings });
  checkPlain(['label', 'help', 'choices'], { reading, at, complain, settings });
  return settings === undefined || fault !== undefined ? undefined : { name, ...settings, place };
}

/** Reads a step's front matter; undefined where anything was wrong with it, all of which was complained of. */
export function readStepSettings(reading: YamlReading, complain: Complain): StepSettings | undefined {
  const report = counted(complain);
  const settings = conform(stepSettings, { reading, at: [], complain: report.complain });
  checkLists(['needs', 'effects', 'secrets', 'gives'], { reading, at: [], complain: report.complain, settings });
  for (const [position, name] of (settings?.gives ?? []).entries()) {
    const fault = nameFault(name);
    if (fault === undefined) continue;
    const place = reading.placeOf(['gives', position]);
    report.complain({ sentence: `The output \`${name}\` ${fault.predicate}.`, place, remedy: fault.remedy });
  }
  checkPlain(['title', 'takes', 'effects'], { reading, at: [], complain: report.complain, settings });
  return report.count() === 0 ? settings : undefined;
}

/** Front matter, or an input's part of it, as far as it could be read. */
interface Section<Key extends string, Value> {
  readonly reading: YamlReading;
  readonly at: readonly string[];
  readonly complain: Complain;
  readonly settings: Readonly<Partial<Record<Key, Value>>> | undefined;
}

function checkLists<Key extends string>(keys: readonly Key[], section: Section<Key, readonly string[]>): void {
  for (const key of keys) {
    const entries = section.settings?.[key] ?? [];
    for (const [position, entry] of entries.entries()) {
      if (entries.indexOf(entry) === position) continue;
      const place = section.reading.placeOf([...section.at, key, position]);
      section.complain({
        sentence: `${pathName([...section.at, key])} has \`${entry}\` twice.`,
        place,
        remedy: 'Keep one of them.',
      });
    }
  }
}

function checkPlain<Key extends string>(
  keys: readonly Key[],
  section: Section<Key, string | readonly string[] | undefined>,
): void {
  for (const key of keys) {
    const texts = [section.settings?.[key] ?? []].flat();
    if (!texts.some((text) => templatesIn(text).length > 0)) continue;
    section.complain({
      sentence: `${pathName([...section.at, key])} is shown as it is written, so \`{{…}}\` has no meaning in it.`,
      place: section.reading.placeOf([...section.at, key]),
      remedy: 'Use `{{…}}` only in prose, `confirm`, records and the defaults of inputs.',
    });
  }
}
