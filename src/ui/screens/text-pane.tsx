import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { withScrollbar } from '../parts/scrollbar.ts';
import { frameOf, textPaneOf } from '../session/frame.ts';
import { outputNow } from '../session/hands.ts';
import { stripLine } from '../session/list.ts';
import { useOutput, useSession, useSituation } from '../session/session-context.tsx';
import type { Situation } from '../session/situation.ts';
import { useTick } from '../use-tick.ts';

/** The checkpoint that is shown: where it stands, what is to be read, what is open below it. */
export function TextPane(): ReactElement {
  const look = useLook();
  const { engine } = useSession();
  const situation = useSituation();
  useOutput((output) => (output.step === situation.checkpoint.id ? output.lines : null));
  useTick(situation.activity?.kind === 'running' || situation.activity?.kind === 'waiting');
  const frame = frameOf(situation, look);
  const pane = textPaneOf(situation, outputNow(engine), look);
  const text = withScrollbar(pane.text, { rows: pane.rows, columns: frame.textColumns }, look);
  const margin = span(frame.isWide ? '' : ' ');
  const lines = [...pane.head, ...text, ...pane.dock].map((line): Line => [margin, ...line]);
  return <Lines lines={frame.isWide ? lines : [stripOf(situation, look), ...lines]} />;
}

function stripOf({ view, screen }: Situation, look: Look): Line {
  const { checkpoints, activity } = view;
  const facts = { checkpoints, activity, selected: screen.selected, isFocused: false };
  return stripLine(facts, screen.size.columns, look);
}
