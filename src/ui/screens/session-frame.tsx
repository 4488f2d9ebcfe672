import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { footerKeys } from '../key-table.ts';
import { useLook } from '../look.tsx';
import { footerLine } from '../parts/footer.ts';
import { headerLine } from '../parts/header.ts';
import { Lines } from '../parts/lines.tsx';
import { ruleLine } from '../parts/rule.ts';
import { frameOf } from '../session/frame.ts';
import { sessionKeys } from '../session/keys.ts';
import { useScreen, useSituation, useView } from '../session/session-context.tsx';

/** What stands between the header and the notice. */
export interface SessionFrameProps {
  /** Column at which a line goes down from the header's rule. */
  readonly tee?: number | undefined;
  readonly children: ReactNode;
}

/** The frame of every screen of a session: header, body, notice, keys. As large as the terminal, and never taller. */
export function SessionFrame({ tee, children }: SessionFrameProps): ReactElement {
  const { linear } = useLook();
  const { columns, rows } = useScreen(({ size }) => size);
  const height = linear ? {} : { height: rows };
  return (
    <Box flexDirection="column" width={columns} {...height}>
      <Header tee={tee} />
      {children}
      <Notice tee={tee} />
      <Footer />
    </Box>
  );
}

function Header({ tee }: { readonly tee: number | undefined }): ReactElement {
  const look = useLook();
  const columns = useScreen(({ size }) => size.columns);
  const facts = useView(
    useShallow(({ session, connection, checkpoints, guide }) => {
      const isDocument = guide.kind === 'document';
      return {
        target: session.target,
        connection,
        done: checkpoints.filter(({ state }) => state.kind === (isDocument ? 'ran' : 'proven')).length,
        total: checkpoints.length,
        doneWord: isDocument ? 'ran' : 'proven',
      };
    }),
  );
  const rule = ruleLine(columns, look, tee === undefined ? null : { at: tee, points: 'down' });
  return <Lines lines={look.linear ? [headerLine(facts, columns, look)] : [headerLine(facts, columns, look), rule]} />;
}

function Notice({ tee }: { readonly tee: number | undefined }): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const told = situation.screen.said ?? situation.view.notice;
  const { columns } = situation.screen.size;
  if (told === null) {
    return <Lines lines={[ruleLine(columns, look, tee === undefined ? null : { at: tee, points: 'up' })]} />;
  }
  return <Lines lines={frameOf(situation, look).notice} />;
}

function Footer(): ReactElement {
  const situation = useSituation();
  return <Lines lines={[footerLine(footerKeys(sessionKeys, situation), situation.screen.size.columns)]} />;
}
