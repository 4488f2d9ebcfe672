import { UsageError } from '../error.ts';
import { listGuides } from '../guide/load.ts';
import type { SavedSession } from '../session/directory.ts';
import { listSessions, sessionsDirectory } from '../session/directory.ts';
import { homeUi } from '../ui/open.tsx';
import { exitCode } from './exit-code.ts';
import { packageDirectory } from './package.ts';
import { noOptions } from './session-options.ts';
import { parseTarget } from './target.ts';
import { requireTerminal } from './terminal.ts';

/** `brevduva` alone: the first screen, then the session that was chosen on it. Resolves to the exit status. */
export async function home(): Promise<number> {
  requireTerminal('brevduva run [user@]host');
  const choice = await homeUi({
    sessions: listSessions(sessionsDirectory(process.env)).map(entry),
    guides: usualFirst(await listGuides(packageDirectory())),
    targetFault,
  });
  if (choice === null) return exitCode.proven;
  if (choice.kind === 'practice') return (await import('./practice.ts')).practice();
  // Only now: the first screen needs nothing of SSH, and should be there at once.
  const { setup } = await import('./setup.ts');
  return setup(choice.target, { ...noOptions, guide: choice.guide });
}

/** The guide that a call takes where none is named comes first, so that the first Enter begins it. */
function usualFirst<G extends { readonly id: string }>(guides: readonly G[]): readonly G[] {
  const isUsual = ({ id }: G): boolean => id === noOptions.guide;
  return [...guides.filter(isUsual), ...guides.filter((guide) => !isUsual(guide))];
}

function targetFault(text: string): string | null {
  try {
    parseTarget(text);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return `${error.sentence} ${error.remedy}`;
    throw error;
  }
}

function entry({ name, state, damaged }: SavedSession) {
  const steps = Object.keys(state.pinned?.steps ?? {});
  const proven = steps.filter((id) => state.steps[id]?.proof !== undefined);
  return {
    name,
    // A guide of the person's own is found again by its file.
    guide: state.pinned === undefined || state.pinned.shipped ? state.guide : state.pinned.file,
    title: state.guide,
    target: state.target,
    proven: proven.length,
    total: steps.length,
    lastAt: state.lastAt,
    damaged,
  };
}
