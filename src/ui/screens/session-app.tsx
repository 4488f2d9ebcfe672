import { useWindowSize } from 'ink';
import type { ReactElement } from 'react';
import { useLayoutEffect } from 'react';
import { useScreen, useSession, useView } from '../session/session-context.tsx';
import type { Place } from '../session/situation.ts';
import { placeOf } from '../session/situation.ts';
import { usePresses } from '../use-presses.ts';
import { CardScreen } from './card-screen.tsx';
import { CheckpointScreen } from './checkpoint-screen.tsx';
import { FormScreen } from './form-screen.tsx';
import { OutputScreen } from './output-screen.tsx';
import { PageScreen } from './page-screen.tsx';
import { isTooSmall, TooSmall } from './too-small.tsx';

/** All screens of a session: shows the one where the person is, and takes every key. */
export function SessionApp(): ReactElement {
  const { controls } = useSession();
  const size = useWindowSize();
  usePresses(controls, isTooSmall(size));
  useLayoutEffect(() => controls.resized(size), [controls, size]);
  const view = useView((state) => state);
  const place = useScreen((screen) => placeOf(view, screen));
  return isTooSmall(size) ? <TooSmall size={size} /> : screenFor(place);
}

function screenFor(place: Place): ReactElement {
  switch (place) {
    case 'checkpoint':
    case 'menu':
    case 'copy':
    case 'skip':
      return <CheckpointScreen />;
    case 'output':
    case 'search':
      return <OutputScreen />;
    case 'edit':
    case 'inputs':
      return <FormScreen />;
    case 'trust':
    case 'changed':
    case 'help':
      return <PageScreen />;
    case 'host-key':
    case 'answer':
    case 'broken':
      return <CardScreen />;
    default:
      return place satisfies never;
  }
}
