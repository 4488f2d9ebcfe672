import { UsageError } from '../error.ts';
import type { SavedSession } from '../session/directory.ts';
import { listSessions } from '../session/directory.ts';
import { parseTarget, targetText } from './target.ts';

/**
 * A saved session by its target or its name; without either, the one used last. Only reads: another process may have it
 * open. Throws UsageError where there is none, or more than one.
 */
export function savedSession(word: string | undefined, sessions: string): SavedSession {
  const all = listSessions(sessions);
  const [latest] = all;
  if (latest === undefined) {
    throw new UsageError({
      sentence: 'There is no saved session yet.',
      remedy: 'Begin one on your server: brevduva setup user@host',
    });
  }
  if (word === undefined) return latest;
  const named = all.find(({ name }) => name === word);
  if (named !== undefined) return named;
  const target = targetText(parseTarget(word));
  const [first, second] = all.filter(({ state }) => state.target === target);
  if (first === undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new UsageError({
      sentence: `There is no saved session of “${word}”.`,
      remedy: `The saved sessions are ${known}.`,
    });
  }
  if (second !== undefined) {
    const names = all.filter(({ state }) => state.target === target).map(({ name }) => name);
    throw new UsageError({
      sentence: `There is more than one session of “${word}”, each with another guide.`,
      remedy: `Name one: ${names.join(', ')}`,
    });
  }
  return first;
}
