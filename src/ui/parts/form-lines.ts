import { wrapPieces } from '../../text/wrap.ts';
import { fieldLine } from '../field.ts';
import type { Form, FormInput } from '../form.ts';
import { readingOf } from '../form.ts';
import type { Line, Span } from '../line.ts';
import { span, spread } from '../line.ts';
import type { Look } from '../look.tsx';

/** A form as lines, and where its focused input is among them. */
export interface FormLines {
  readonly lines: readonly Line[];
  readonly focusFirst: number;
  readonly focusLast: number;
}

/**
 * Every input of a form: label, field, what is wrong or what it is for. A secret is shown as its length in marks, but for one
 * that was generated just now.
 */
export function formLines(form: Form, width: number, look: Look): FormLines {
  const blocks = form.inputs.map((_, index) => inputLines(form, index, { width, look }));
  const before = blocks.slice(0, form.focus).flat().length;
  return {
    lines: blocks.flat(),
    focusFirst: before,
    focusLast: before + Math.max(0, (blocks[form.focus]?.length ?? 1) - 2),
  };
}

interface FormStyle {
  readonly width: number;
  readonly look: Look;
}

/** The last of an input's lines is blank. */
function inputLines(form: Form, index: number, style: FormStyle): readonly Line[] {
  const input = form.inputs[index];
  if (input === undefined) return [];
  const { look, width } = style;
  const { spec } = input;
  const { fault, value } = readingOf(form, index);
  const isFocused = index === form.focus;
  const optional = spec.optional ? [span('  optional', 'muted')] : [];
  const isFine = value !== null && value !== '';
  const mark: Line = isFine && !look.linear ? [span(look.glyphs.verdicts.true, 'proven')] : [];
  const label: Line = [span('  '), span(spec.label, isFocused ? 'selected' : 'strong'), ...optional];
  const indent = { width, first: span('  '), rest: span('  ') };
  const below = spanBelow(input, fault);
  return [
    spread(label, mark, width),
    valueLine(form, index, style),
    ...(below === null ? [] : wrapPieces([below], indent)),
    [],
  ];
}

/** What is wrong, or what is to be done with a secret that is shown, or what the input is for. */
function spanBelow({ spec, isShown }: FormInput, fault: string | null): Span | null {
  if (fault !== null) return span(fault, 'failed');
  if (isShown) return span(shownOnce, 'warning');
  return spec.help === undefined ? null : span(spec.help, 'muted');
}

const shownOnce =
  'It is shown only now: write it down in your password manager, then press Enter. Brevduva keeps it nowhere and cannot show it again.';

function valueLine(form: Form, index: number, { width, look }: FormStyle): Line {
  const isFocused = index === form.focus;
  const pointer = span(isFocused ? `${look.glyphs.pointer} ` : '  ', 'selected');
  const input = form.inputs[index];
  const spec = input?.spec;
  const { field } = readingOf(form, index);
  if (spec?.type === 'choice') return [pointer, ...choiceSpans(spec.choices, field.text, look)];
  const mask = spec?.type === 'secret' && !input?.isShown ? look.glyphs.mask : undefined;
  const placeholder = isFocused ? '' : spec?.optional === true ? 'nothing' : 'not given yet';
  return [pointer, ...fieldLine(field, { width: width - 2, isFocused, mask, placeholder })];
}

function choiceSpans(choices: readonly string[], chosen: string, { glyphs }: Look): Line {
  return choices.flatMap((choice, index) => [
    span(index === 0 ? '' : '   '),
    choice === chosen ? span(`${glyphs.chosen} ${choice}`, 'selected') : span(`${glyphs.unchosen} ${choice}`, 'muted'),
  ]);
}
