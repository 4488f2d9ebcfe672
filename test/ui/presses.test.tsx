import { Text, useInput } from 'ink';
import type { ReactElement } from 'react';
import { expect, it } from 'vitest';
import type { Press } from '../../src/ui/presses.ts';
import { isText, pressesOf } from '../../src/ui/presses.ts';
import { openTerminal } from '../terminal.tsx';

function Recorder({ presses }: { readonly presses: Press[] }): ReactElement {
  useInput((input, key) => {
    presses.push(...pressesOf(input, key));
  });
  return <Text>ready</Text>;
}

it.each([
  ['a word and Enter in one chunk', 'hello\r', ['h', 'e', 'l', 'l', 'o', 'enter']],
  ['three arrows and Enter in one chunk', '\u001B[B\u001B[B\u001B[A\r', ['down', 'down', 'up', 'enter']],
  ['Backspace and Delete', '\u007F\u001B[3~', ['backspace', 'delete']],
  ['control keys', '\u0003\u0015', ['ctrl-c', 'ctrl-u']],
  ['a control key in the middle of text', 'ab\u0003', ['a', 'b', 'ctrl-c']],
  ['pages and ends', '\u001B[5~\u001B[6~\u001B[H\u001B[F', ['page-up', 'page-down', 'home', 'end']],
  ['Tab both ways', '\t\u001B[Z', ['tab', 'shift-tab']],
  ['a capital letter', 'V', ['V']],
  ['a character of several code points', 'é👩‍👩‍👧‍👦', ['é', '👩‍👩‍👧‍👦']],
])('takes %s as single presses', async (_, sent, expected) => {
  const presses: Press[] = [];
  const terminal = await openTerminal(<Recorder presses={presses} />);
  await terminal.press(sent);
  expect(presses).toEqual(expected);
  await terminal.close();
});

it('knows characters from keys', () => {
  expect(['a', '?', ' ', '日', '👩‍👩‍👧‍👦'].map(isText)).toEqual([true, true, true, true, true]);
  expect(['enter', 'ctrl-c', '', '\u0007'].map(isText)).toEqual([false, false, false, false]);
});

it('has the terminal hand over every key before anything is drawn: a Ctrl-C between the two would be a signal', async () => {
  const terminal = await openTerminal(<Recorder presses={[]} />);
  expect(terminal.text()).toContain('ready');
  expect(terminal.writtenBeforeKeys).toBe('');
  await terminal.close();
});
