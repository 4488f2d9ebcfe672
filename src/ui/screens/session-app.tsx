import { Text, useWindowSize } from 'ink';
import type { ReactElement } from 'react';
import { useLayoutEffect } from 'react';
import { useScreen, useSession, useView } from '../session/session-context.tsx';
import type { Place } from '../session/situation.ts';
import { placeOf } from '../session/situation.ts';
import { usePresses } from '../use-presses.ts';
import { CheckpointScreen } from './checkpoint-screen.tsx';
import { isTooSmall, TooSmall } from './too-small.tsx';

/** All screens of a session: shows the one where the person is, and takes every key. */
export function SessionApp(): ReactElement {
  const { controls } = useSession();
  const size = useWindowSize();
  usePresses(controls);
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
    default:
      return <Text>{place}</Text>;
  }
}
