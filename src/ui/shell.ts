import type { RemoteShell } from '../remote/connection.ts';
import type { AppStreams } from './render.tsx';

/**
 * What a full-screen program on the server may have left behind when the line broke (xterm's control sequences): other
 * screen, hidden cursor, mouse reports, bracketed paste, application keys, colours, no line wrap. (1047, not 1049: that
 * one also puts the cursor back to where it once was, over what the shell has said.)
 */
const restoreModes =
  '\u001B[?1047l\u001B[?25h\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1006l\u001B[?2004l\u001B[?1l\u001B>\u001B[0m\u001B[?7h';

/**
 * Lends the terminal to a shell on the server until that ends: every byte both ways as it is, and each new size. The
 * terminal must not be drawn on meanwhile.
 */
export async function lendTerminal(shell: RemoteShell, { stdin, stdout }: AppStreams): Promise<void> {
  const { stream } = shell;
  const onResize = (): void => shell.resize({ columns: stdout.columns, rows: stdout.rows });
  // A broken line ends the shell; that is what is waited for.
  const onError = (): void => undefined;
  stream.on('error', onError);
  stdout.on('resize', onResize);
  stdin.setRawMode(true);
  stdin.ref();
  stdin.pipe(stream, { end: false });
  stream.pipe(stdout, { end: false });
  onResize();
  await shell.ended;
  stdin.unpipe(stream);
  stdin.pause();
  stream.unpipe(stdout);
  stdin.setRawMode(false);
  stdout.off('resize', onResize);
  stdout.write(restoreModes);
}
