import { variableOf } from '../../../guide/names.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import type { Line } from '../../line.ts';
import { span } from '../../line.ts';
import { codeLines } from '../../markdown/code.ts';
import type { Situation } from '../situation.ts';
import type { Section, SectionStyle } from './section.ts';
import { countOf } from './section.ts';

/** The command as it will run: where, for how long, what it changes, and with which values. */
export function commandSection(situation: Situation, { width, look }: SectionStyle): Section {
  const { step } = situation;
  if (step.run === undefined) return { name: 'run', lines: [] };
  const takes = step.takes === undefined ? [] : [`about ${step.takes}`];
  const changes = step.effects.length === 0 ? [] : [`changes: ${step.effects.join(', ')}`];
  return {
    name: 'run',
    detail: [`on ${machineOf(situation)}`, ...takes, ...changes].join(', '),
    lines: [
      ...codeLines(step.run.text, { width, glyphs: look.glyphs }),
      ...surroundings(situation).flatMap((text) =>
        wrapPieces([span(text, 'muted')], { width, first: span('  '), rest: span('  ') }),
      ),
    ],
  };
}

/** The machine that the command runs on, as a person knows it. */
function machineOf({ step, view }: Situation): string {
  if (step.run?.on === 'here') return 'this computer';
  const { connection, session } = view;
  return connection.kind === 'connected' ? `${connection.user}@${connection.address}` : session.target;
}

function surroundings({ step, view }: Situation): readonly string[] {
  const values = step.uses.flatMap((name) => {
    const value = view.values[name];
    return value === undefined ? [] : [`${variableOf(name)}=${value}`];
  });
  const secrets = step.secrets.length;
  return [
    ...(values.length === 0 ? [] : [`with ${values.join('  ')}`]),
    ...(secrets === 0 ? [] : [`reads ${countOf(secrets, 'secret')} on its standard input, which no screen shows`]),
    ...(step.reverts === undefined
      ? []
      : [`takes itself back after ${step.reverts} s, unless a new connection gets through by then`]),
  ];
}

/** What the person is asked to confirm, where no probe can see it. */
export function confirmSection({ step, checkpoint }: Situation, { width }: SectionStyle): Section {
  if (step.confirm === undefined) return { name: 'confirm', lines: [] };
  const key: Line = checkpoint.state.kind === 'confirmed' ? [] : [span('c', 'key'), span(' confirms it: ', 'muted')];
  return { name: 'confirm', lines: wrapPieces([...key, span(step.confirm)], { width }) };
}
