import { useInput, usePaste } from 'ink';
import type { Press } from './presses.ts';
import { pressesOf } from './presses.ts';

/** What receives the keyboard. */
export interface Keyboard {
  press(press: Press): void;
  paste(text: string): void;
}

/**
 * Sends every press and paste to one receiver, in order. There is one use of this on a screen. While nothing can be
 * seen (`isBlind`), only Ctrl-C is sent.
 */
export function usePresses(keyboard: Keyboard, isBlind: boolean): void {
  useInput((input, key) => {
    for (const press of pressesOf(input, key)) {
      if (!isBlind || press === 'ctrl-c') keyboard.press(press);
    }
  });
  usePaste((text) => {
    if (!isBlind) keyboard.paste(text);
  });
}
