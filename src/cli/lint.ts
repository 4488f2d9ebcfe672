import { placeText } from '../error.ts';
import { lintGuides } from '../guide/lint.ts';
import { exitCode } from './exit-code.ts';
import { packageDirectory } from './package.ts';

/** `brevduva lint`: prints every problem of the guides. Resolves to the exit status. */
export async function lint(files: readonly string[]): Promise<number> {
  const { problems, notes } = await lintGuides(files, { shippedDirectory: packageDirectory() });
  for (const { sentence, place, remedy } of problems) {
    process.stdout.write(
      `${place === undefined ? '' : `${placeText(place)}: `}${sentence}${remedy === undefined ? '' : `\n  ${remedy}`}\n`,
    );
  }
  for (const note of notes) process.stderr.write(`${note}\n`);
  if (problems.length > 0) return exitCode.usage;
  process.stdout.write('Nothing is wrong.\n');
  return exitCode.proven;
}
