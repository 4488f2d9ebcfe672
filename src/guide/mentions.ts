import type { Place } from '../error.ts';
import { templatesIn, variablesIn } from './names.ts';
import type { Excerpt } from './source.ts';
import type { YamlReading } from './yaml.ts';

/** A place in a step that names an input or output; whether that is known is seen when the guide is whole. */
export interface Mention {
  /**
   * How it is named: `{{domain}}` in a text, `$DOMAIN` in a typed probe (stray: in a record) or in a probe's `password`,
   * or `when: domain`.
   */
  readonly kind: 'template' | 'variable' | 'stray variable' | 'password' | 'when';
  /** As written: `domain`, or `DOMAIN` for a variable. */
  readonly name: string;
  readonly place: Place;
}

/** A text in a YAML value, and the path to it. */
interface Text {
  readonly text: string;
  readonly path: readonly PropertyKey[];
}

/** Every `{{name}}` of a piece of a file. */
export function templateMentions({ file, text, line }: Excerpt): readonly Mention[] {
  return text
    .split('\n')
    .flatMap((written, number) =>
      templatesIn(written).map((name): Mention => ({ kind: 'template', name, place: { file, line: line + number } })),
    );
}

/** Every name that a `yaml` fence uses: in `when:`, and in its other texts as `{{name}}` or `$NAME`. */
export function yamlMentions(reading: YamlReading): readonly Mention[] {
  return textsIn(reading.value, []).flatMap(({ text, path }): readonly Mention[] => {
    const place = reading.placeOf(path);
    if (path.at(-1) === 'when') return [{ kind: 'when', name: text, place }];
    const kind = path.at(-1) === 'password' ? 'password' : 'variable';
    return [
      ...templatesIn(text).map((name) => ({ kind: 'template', name, place }) as const),
      ...variablesIn(text).map((name) => ({ kind, name, place }) as const),
    ];
  });
}

function textsIn(value: unknown, path: readonly PropertyKey[]): readonly Text[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((entry, position) => textsIn(entry, [...path, position]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => textsIn(entry, [...path, key]));
}
