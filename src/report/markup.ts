/**
 * Text inside HTML and XML. Every value that is put into a template is escaped, so nobody can forget it; only what is
 * `Markup` already stays as it is.
 */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text, which is escaped; numbers; markup; or a list of those. */
export type MarkupValue = string | number | Markup | readonly MarkupValue[];

/** Makes markup of a template: `` markup`<b>${name}</b>` ``. */
export function markup(texts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(
    texts.map((text, index) => `${text}${index < values.length ? spelled(values[index]) : ''}`).join(''),
  );
}

/** Nothing at all. */
export const nothing = new Markup('');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that no XML 1.0 document may hold, not even escaped (XML 1.0 §2.2). */
const unspeakable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function spelled(value: MarkupValue | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return value.map(spelled).join('');
  return value.replace(unspeakable, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
