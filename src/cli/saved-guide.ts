import type { Guide } from '../guide/guide.ts';
import { loadGuide } from '../guide/load.ts';
import type { SessionState } from '../session/state.ts';
import { packageDirectory } from './package.ts';

/**
 * The guide that a saved session was begun with, as it is now; one of the person's own is found again by its file.
 * Rejects with GuideError where it is gone or wrong.
 */
export function savedGuide({ guide: id, pinned }: SessionState): Promise<Guide> {
  const where = pinned === undefined || pinned.shipped ? id : pinned.file;
  return loadGuide(where, { shippedDirectory: packageDirectory() });
}
