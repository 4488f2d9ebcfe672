import type { Document, ParsedNode, YAMLParseError, YAMLWarning } from 'yaml';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import type { Place } from '../error.ts';
import { deceptiveCharacter } from './characters.ts';
import type { Complain } from './error.ts';
import { findingsOf, predicateOf, valueAt } from './issues.ts';
import type { Excerpt } from './source.ts';

type Path = readonly PropertyKey[];

/** A YAML text that could be read: its value, and where each part of it stands in the file. */
export interface YamlReading {
  readonly value: unknown;
  /** The line of a key, or of a list's entry; for what is not there, of the nearest thing around it. */
  placeOf(path: Path): Place;
}

/** Reads YAML 1.2 (core schema, no aliases, string keys only). Complains of all that is wrong; undefined where it was. */
export function readYaml(excerpt: Excerpt, complain: Complain): YamlReading | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => ({
    file: excerpt.file,
    line: excerpt.line + lines.linePos(offset).line - 1,
  });
  let isSound = true;
  const told = new Set<number | undefined>();
  const refuse = (sentence: string, remedy: string, place: Place) => {
    isSound = false;
    // why: one slip often gives several errors on its line; the first of them says it
    if (told.has(place.line)) return;
    told.add(place.line);
    complain({ sentence, place, remedy });
  };

  const document = parse(excerpt, lines, refuse);
  if (document === undefined) return undefined;
  for (const error of [...document.errors, ...document.warnings]) {
    const place = placeAt(error.pos[0]);
    refuse(...syntaxFault(error, lineOf(excerpt, place)), place);
  }
  visit(document, {
    Alias: (_, node) =>
      refuse('YAML aliases are not allowed here.', 'Write the value out.', placeAt(node.range?.[0] ?? 0)),
    Scalar: (_, node) => {
      const found = typeof node.value === 'string' ? deceptiveCharacter(node.value) : undefined;
      if (found === undefined) return;
      refuse(`This text holds the invisible character ${found.name}.`, 'Delete it.', placeAt(node.range?.[0] ?? 0));
    },
  });
  if (!isSound) return undefined;
  const value: unknown = document.toJS();
  return { value, placeOf: (path) => placeIn(document.contents, path, { excerpt, placeAt }) };
}

function parse(
  excerpt: Excerpt,
  lineCounter: LineCounter,
  refuse: (sentence: string, remedy: string, place: Place) => void,
): Document.Parsed | undefined {
  try {
    return parseDocument(excerpt.text, { lineCounter, prettyErrors: false, stringKeys: true, uniqueKeys: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(`This YAML cannot be read: ${reason}.`, 'Nest it less deeply.', { file: excerpt.file, line: excerpt.line });
    return undefined;
  }
}

/** What is wrong with YAML, and the remedy, in words for those who do not know its grammar. */
function syntaxFault(
  { code, message }: YAMLParseError | YAMLWarning,
  line: string,
): [sentence: string, remedy: string] {
  if (code === 'DUPLICATE_KEY') return ['This key is given twice.', 'Keep one of them.'];
  if (code === 'MULTIPLE_DOCS') return ['This YAML has a second `---`.', 'Take it out.'];
  if (line.includes('{{')) return ['`{{` begins a map in YAML, not a text.', 'Put the value in quotes: "{{domain}}".'];
  if (code === 'TAB_AS_INDENT') return ['YAML cannot be indented with tabs.', 'Indent with spaces.'];
  return [
    `This YAML cannot be read: ${message.replace(/\.$/, '')}.`,
    'Check its indentation, quotes and colons; a text with `: ` or ` #` in it needs quotes.',
  ];
}

function lineOf(excerpt: Excerpt, place: Place): string {
  return excerpt.text.split('\n')[(place.line ?? excerpt.line) - excerpt.line] ?? '';
}

function placeIn(
  root: ParsedNode | null,
  path: Path,
  file: { readonly excerpt: Excerpt; readonly placeAt: (offset: number) => Place },
): Place {
  let place: Place = { file: file.excerpt.file, line: file.excerpt.line };
  let node: unknown = root;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined || !isScalar(pair.key)) return place;
      place = file.placeAt(pair.key.range?.[0] ?? 0);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      const item: unknown = node.items[step];
      if (!isScalar(item) && !isMap(item) && !isSeq(item)) return place;
      place = file.placeAt(item.range?.[0] ?? 0);
      node = item;
    } else {
      return place;
    }
  }
  return place;
}

/** A part of a YAML text that shall conform to a schema. */
export interface Conforming {
  readonly reading: YamlReading;
  /** Where in the value the part stands. */
  readonly at: Path;
  readonly complain: Complain;
}

/**
 * The part of a YAML text at `at`, as its schema makes it; complains of all that does not conform, and is then
 * undefined.
 */
export function conform<S extends z.ZodObject>(schema: S, part: Conforming): z.infer<S> | undefined {
  const { reading, at, complain } = part;
  const value = valueAt(reading.value, at);
  const result = schema.safeParse(value, { error: predicateOf });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const finding of findingsOf(issue, value, keysAt(schema, issue.path))) {
      const path = [...at, ...finding.path];
      complain({
        sentence: `${pathName(path)} ${finding.predicate}.`,
        place: reading.placeOf(path),
        remedy: finding.remedy,
      });
    }
  }
  return undefined;
}

/** The keys that a schema knows at a path of maps within maps. */
function keysAt(schema: unknown, path: Path): readonly string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [];
  const [key, ...rest] = path;
  return key === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(key)], rest);
}

/** A path for a sentence's beginning: `inputs.domain.type` in backquotes, or the number of an entry and its list. */
export function pathName(path: Path): string {
  const keys = path.filter((part) => typeof part === 'string');
  const last = path.at(-1);
  const name = keys.length === 0 ? 'This' : `\`${keys.join('.')}\``;
  return typeof last === 'number' && keys.length > 0 ? `Entry ${last + 1} of ${name}` : name;
}
