import type { Form } from '../form.ts';
import type { Hands } from './hands.ts';
import { open } from './hands.ts';
import type { Situation } from './situation.ts';

/** The form that is being filled in, if one is. */
export function openForm({ place, screen }: Situation): Form | null {
  if (place === 'inputs') return screen.gateForm;
  return place === 'edit' && screen.mode.kind === 'edit' ? screen.mode.form : null;
}

/** Puts another in the place of the form that is being filled in. */
export function putForm(form: Form, { place }: Situation, hands: Hands): void {
  if (place === 'inputs') hands.screen.setState({ gateForm: form });
  else open(hands, { kind: 'edit', form });
}
