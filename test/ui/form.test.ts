import { describe, expect, it } from 'vitest';
import type { Form, FormStep } from '../../src/ui/form.ts';
import { canGenerateIn, formOf, generatedInForm, pasteInForm, pressInForm, readingOf } from '../../src/ui/form.ts';
import { anInput } from './smtp-session.ts';

const domain = anInput({ name: 'domain', type: 'domain', label: 'Domain' });
const host = anInput({ name: 'host', type: 'hostname', label: 'Host', default: 'smtp.{{domain}}' });
const provider = anInput({ name: 'provider', type: 'choice', label: 'Provider', choices: ['one', 'two'] });
const secret = anInput({ name: 'secret', type: 'secret', label: 'Secret', generate: true });

function typed(form: Form, ...presses: readonly string[]): Form {
  return presses.reduce((now, press) => {
    const step = pressInForm(now, press);
    if (step.kind === 'submitted') throw new Error('The form was submitted.');
    return step.form;
  }, form);
}

function submitted(step: FormStep): unknown {
  return step.kind === 'submitted'
    ? step.values
    : step.form.inputs.map((_, index) => readingOf(step.form, index).fault);
}

describe('a form', () => {
  it('shows a default as soon as what it waits for is typed, and follows it', () => {
    const form = formOf([domain, host], {});
    expect(readingOf(form, 1).field.text).toBe('');
    const full = typed(form, ...'example.org');
    expect(readingOf(full, 1).field.text).toBe('smtp.example.org');
  });

  it('leaves alone what was typed over a default', () => {
    const form = typed(
      formOf([domain, host], { domain: 'a.org' }),
      'tab',
      'ctrl-u',
      ...'mail.b.org',
      'up',
      'ctrl-u',
      ...'c.org',
    );
    expect(readingOf(form, 1).field.text).toBe('mail.b.org');
  });

  it('says nothing against what nobody has typed yet, and judges as soon as somebody does', () => {
    const form = formOf([domain], {});
    expect(readingOf(form, 0).fault).toBeNull();
    expect(readingOf(typed(form, 'x'), 0).fault).toContain('it has no dot');
  });

  it('goes to the first that is wrong instead of submitting', () => {
    const step = pressInForm(typed(formOf([domain, host], {}), 'down'), 'enter');
    expect(submitted(step)).toEqual(['Domain is needed.', 'Host is needed.']);
    expect(step.kind === 'editing' && step.form.focus).toBe(0);
  });

  it('gives canonical values', () => {
    const form = pasteInForm(formOf([domain], {}), ' Example.ORG. ');
    expect(submitted(pressInForm(form, 'enter'))).toEqual({ domain: 'example.org' });
  });

  it('turns choices, and begins with the first', () => {
    const form = formOf([provider], {});
    expect(submitted(pressInForm(form, 'enter'))).toEqual({ provider: 'one' });
    expect(submitted(pressInForm(typed(form, 'right'), 'enter'))).toEqual({ provider: 'two' });
    expect(submitted(pressInForm(typed(form, 'left'), 'enter'))).toEqual({ provider: 'two' });
    expect(submitted(pressInForm(typed(form, 't'), 'enter'))).toEqual({ provider: 'two' });
  });

  it('can leave an optional choice unmade again', () => {
    const form = typed(formOf([{ ...provider, optional: true }], { provider: 'one' }), 'left');
    expect(submitted(pressInForm(form, 'enter'))).toEqual({ provider: '' });
  });

  it('never begins with a secret', () => {
    expect(readingOf(formOf([secret], { secret: 'x' }), 0).field.text).toBe('');
  });

  it('goes round with the arrows', () => {
    expect(typed(formOf([domain, host], {}), 'up').focus).toBe(1);
    expect(typed(formOf([domain, host], {}), 'down', 'tab').focus).toBe(0);
  });

  it('shows a secret that was generated until it is changed or left, and never again', () => {
    const shown = (form: Form): readonly boolean[] => form.inputs.map(({ isShown }) => isShown);
    const form = generatedInForm(formOf([secret, domain], {}), 'made-up');
    expect(readingOf(form, 0).value).toBe('made-up');
    expect(shown(form)).toEqual([true, false]);
    expect(shown(typed(form, 'x'))).toEqual([false, false]);
    expect(shown(pasteInForm(form, 'x'))).toEqual([false, false]);
    expect(shown(typed(form, 'down', 'up'))).toEqual([false, false]);
    expect(shown(typed(form, 'enter', 'enter'))).toEqual([false, false]);
  });

  it('generates only what the guide says is made up', () => {
    const form = formOf([secret, domain], {});
    expect(canGenerateIn(form)).toBe(true);
    expect(canGenerateIn(typed(form, 'down'))).toBe(false);
    expect(canGenerateIn(formOf([], {}))).toBe(false);
  });
});
