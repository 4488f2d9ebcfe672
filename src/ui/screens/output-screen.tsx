import type { ReactElement } from 'react';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { outputNow } from '../session/hands.ts';
import { outputPage } from '../session/output-page.ts';
import { useOutput, useSession, useSituation } from '../session/session-context.tsx';
import { useTick } from '../use-tick.ts';
import { SessionFrame } from './session-frame.tsx';

/** The output of the last attempt, on the full screen. */
export function OutputScreen(): ReactElement {
  const look = useLook();
  const { engine } = useSession();
  const situation = useSituation();
  useOutput(({ lines }) => lines);
  useTick(situation.activity?.kind === 'running');
  return (
    <SessionFrame>
      <Lines lines={outputPage(situation, outputNow(engine), look)} />
    </SessionFrame>
  );
}
