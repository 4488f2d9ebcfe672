import { join } from 'node:path';
import { loadGuide } from '../../src/guide/load.ts';
import { Pty } from '../pty.ts';
import { senderPassword, type WholeGuideStage } from './whole-guide-stage.ts';

const shipped = join(import.meta.dirname, '..', '..');

/**
 * A person who has the finished server, and a computer that has never seen it: begins a session, quits, finds it in the list,
 * and presses Enter until the last checkpoint. Resolves to the last screen, and rejects where one of them does not come.
 */
export async function leadThrough(stage: WholeGuideStage): Promise<string> {
  await stage.lab.operator.forget();
  await onScreen(stage, ['setup', ...(await stage.wordsForPerson())], begin);
  return onScreen(stage, [], resume);
}

async function begin(pty: Pty): Promise<string> {
  await pty.until('Is this your server?');
  pty.type('y');
  return pty.until(/● connected[\s\S]*1 {2}Choose a server/);
}

async function resume(pty: Pty): Promise<string> {
  const { steps } = await loadGuide('smtp', { shippedDirectory: shipped });
  await pty.until(/❯ 203\.0\.113\.10 .* 0 of 20 proven/);
  pty.type('\r');
  await pty.until('● connected');
  for (const [index, { id, title }] of steps.entries()) {
    const heading = `^ ${index + 1} {2}${title}.*\\n`;
    await pty.until(new RegExp(`${heading} ○ [\\s\\S]*^ Enter [rv] `, 'm'));
    pty.type('\r');
    if (id === 'add-sender') {
      await pty.until('Password of the sender');
      pty.type(`${senderPassword}\r`);
    }
    const proven = `${heading} [✔⚠] {2}proven`;
    const isLast = index + 1 === steps.length;
    await pty.until(new RegExp(isLast ? proven : `${proven}[\\s\\S]*^ Enter next `, 'm'));
    if (!isLast) pty.type('\r');
  }
  return pty.screen();
}

/** The program on the full screen, which the person quits afterwards; it believes the lab's authorities without an option. */
async function onScreen(
  { lab, authorities }: WholeGuideStage,
  args: readonly string[],
  doing: (pty: Pty) => Promise<string>,
): Promise<string> {
  const pty = new Pty(lab.operator.shellLine(args), { environment: { CI: 'true', NODE_EXTRA_CA_CERTS: authorities } });
  try {
    const screen = await doing(pty);
    pty.type('q');
    await pty.ended;
    return screen;
  } finally {
    pty.end();
    await pty.ended;
  }
}
