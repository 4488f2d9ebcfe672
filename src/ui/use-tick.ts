import { useEffect, useState } from 'react';
import { useLook } from './look.tsx';

/** Draws the component again every second while `isActive`: for what counts seconds up or down. */
export function useTick(isActive: boolean): void {
  const { clock } = useLook();
  const [, setTicks] = useState(0);
  useEffect(() => (isActive ? clock.every(1000, () => setTicks((ticks) => ticks + 1)) : undefined), [clock, isActive]);
}
