import type { Connection } from '../remote/connection.ts';
import { environmentLines, runGuideScript } from '../shell/script.ts';
import { SafeLines } from '../text/safe.ts';

/** Bytes of a hint's output that are kept; it is to be read by a person. */
const hintLimit = 64 * 1024;

/** Runs a step's read-only hint on the target; resolves to its output as safe lines. */
export async function hintLines(
  connection: Connection,
  text: string,
  options: { readonly environment: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const script = environmentLines(options.environment) + runGuideScript(text, []);
  const { stdout, end } = await connection.runScript(script, { signal: options.signal, limit: hintLimit });
  const safe = new SafeLines();
  const lines = [...safe.write(stdout), ...safe.end()];
  if (end.kind === 'lost') return [...lines, `The line was lost: ${end.why}`];
  return lines.length === 0 ? ['The hint has nothing to say.'] : lines;
}
