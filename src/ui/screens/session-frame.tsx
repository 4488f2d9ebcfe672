import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import type { SessionView } from '../../session/view.ts';
import { footerKeys } from '../key-table.ts';
import { useLook } from '../look.tsx';
import { footerLine } from '../parts/footer.ts';
import type { HeaderFacts } from '../parts/header.ts';
import { headerLine } from '../parts/header.ts';
import { Lines } from '../parts/lines.tsx';
import { frameOf } from '../session/frame.ts';
import { sessionKeys } from '../session/keys.ts';
import { useSituation } from '../session/session-context.tsx';
import { useTick } from '../use-tick.ts';

/** The frame of every screen of a session: header, body, notice, keys. As large as the terminal, and never taller. */
export function SessionFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const { columns, rows } = situation.screen.size;
  useTick(situation.view.connection.kind === 'cut');
  const { headerRule, notice } = frameOf(situation, look);
  const footer = footerLine(footerKeys(sessionKeys, situation), columns);
  const header = headerLine(headerFacts(situation.view), columns, look);
  const height = look.linear ? {} : { height: rows };
  return (
    <Box flexDirection="column" width={columns} {...height}>
      <Lines lines={look.linear ? [header] : [header, headerRule]} />
      {children}
      <Lines lines={[...notice, footer]} />
    </Box>
  );
}

function headerFacts({ session, connection, checkpoints, guide }: SessionView): HeaderFacts {
  const doneWord = guide.kind === 'document' ? 'ran' : 'proven';
  return {
    target: session.target,
    connection,
    done: checkpoints.filter(({ state }) => state.kind === doneWord).length,
    total: checkpoints.length,
    doneWord,
  };
}
