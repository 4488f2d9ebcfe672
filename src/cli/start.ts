import { loadGuide } from '../guide/load.ts';
import { attemptsOn } from '../remote/attempts/attempts-on.ts';
import { connect } from '../remote/connect.ts';
import { systemClock } from '../session/clock.ts';
import { sessionsDirectory } from '../session/directory.ts';
import { createEngine } from '../session/engine.ts';
import { attemptsHere } from '../session/here.ts';
import { openSession } from '../session/open.ts';
import type { Salvage } from '../session/salvage.ts';
import type { Engine } from '../session/view.ts';
import { operator, settingsOf, sshOptionsOf, targetOf, valuesOf } from './given.ts';
import { packageDirectory, packageVersion } from './package.ts';
import type { SessionOptions } from './session-options.ts';

/** A session that is open, and what the person should hear about its opening. */
export interface StartedSession {
  readonly engine: Engine;
  readonly isNew: boolean;
  readonly salvaged: Salvage | null;
  /** Where the torn last line of the journal was put; null where it was whole. */
  readonly tornLine: string | null;
  readonly directory: string;
}

/** Opens the session of a target as the command line asks for it. Throws our own errors. */
export async function startSession(target: string, options: SessionOptions): Promise<StartedSession> {
  const guide = await loadGuide(options.guide, { shippedDirectory: packageDirectory() });
  const given = valuesOf(guide, options);
  const settings = settingsOf(options);
  const { text, host, user, port } = targetOf(target, options);
  const { journal, isNew, salvaged, ssh } = openSession({
    guide,
    target: text,
    sessions: sessionsDirectory(process.env),
    by: operator(),
    version: packageVersion(),
    now: systemClock.now,
    salvage: options.salvage,
    ssh: sshOptionsOf(options),
  });
  const engine = createEngine({
    guide,
    journal,
    target: { host, user, port, ...ssh },
    connect,
    attemptsOn,
    attemptsHere: attemptsHere(),
    settings,
    clock: systemClock,
    secrets: given.secrets,
  });
  await engine.setInputs(given.values);
  return { engine, isNew, salvaged, tornLine: journal.tornLine, directory: journal.directory };
}

/** Sentences about how the session was opened; most often none. */
export function openingNotes({ salvaged, tornLine }: StartedSession): readonly string[] {
  const notes: string[] = [];
  if (salvaged !== null) {
    const lost = salvaged.lost.map(({ line }) => line).join(', ');
    notes.push(
      `The journal was mended: ${salvaged.kept} events were kept${lost === '' ? '' : `, line ${lost} was lost`}. The old file is ${salvaged.aside}.`,
    );
  }
  if (tornLine !== null) {
    notes.push(`The journal's last line had been cut short by a crash; it was put aside as ${tornLine}.`);
  }
  return notes;
}
