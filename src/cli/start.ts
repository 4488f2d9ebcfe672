import { loadGuide } from '../guide/load.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import { attemptsOn } from '../remote/attempts/attempts-on.ts';
import { connect } from '../remote/connect.ts';
import type { Clock } from '../session/clock.ts';
import { systemClock } from '../session/clock.ts';
import { sessionsDirectory } from '../session/directory.ts';
import { createEngine } from '../session/engine.ts';
import type { SshOptions } from '../session/events.ts';
import { attemptsHere } from '../session/here.ts';
import type { Connect } from '../session/line.ts';
import { openSession } from '../session/open.ts';
import type { Salvage } from '../session/salvage.ts';
import type { Engine } from '../session/view.ts';
import type { Given } from './given.ts';
import { operator, settingsOf, sshOptionsOf, targetOf, valuesOf } from './given.ts';
import { packageDirectory, packageVersion } from './package.ts';
import type { SessionOptions } from './session-options.ts';
import type { TargetText } from './target.ts';

/** A session that is open, and what the person should hear about its opening. */
export interface StartedSession {
  readonly engine: Engine;
  readonly isNew: boolean;
  readonly salvaged: Salvage | null;
  /** Where the torn last line of the journal was put; null where it was whole. */
  readonly tornLine: string | null;
  readonly directory: string;
}

/** What a session is played on: a real server, or the practice world. */
export interface Stage {
  /** Whom to connect to, and the text that names the session. */
  readonly target: (options: SessionOptions) => TargetText & { readonly text: string };
  readonly ssh: (options: SessionOptions) => SshOptions | null;
  /** Where sessions are saved. */
  readonly sessions: string;
  readonly settings: (options: SessionOptions) => ProbeSettings;
  readonly connect: Connect;
  readonly clock: Clock;
  /** Values that the command line need not give. */
  readonly given: Given;
}

/** The real world, and a server in it. */
export function realStage(target: string): Stage {
  return {
    target: (options) => targetOf(target, options),
    ssh: sshOptionsOf,
    sessions: sessionsDirectory(process.env),
    settings: settingsOf,
    connect,
    clock: systemClock,
    given: { values: {}, secrets: new Map() },
  };
}

/** Opens the session of a target as the command line asks for it. Throws our own errors. */
export async function startSession(stage: Stage, options: SessionOptions): Promise<StartedSession> {
  const guide = await loadGuide(options.guide, { shippedDirectory: packageDirectory() });
  const given = valuesOf(guide, options);
  const { text, host, user, port } = stage.target(options);
  const { journal, isNew, salvaged, ssh } = openSession({
    guide,
    target: text,
    sessions: stage.sessions,
    by: operator(),
    version: packageVersion(),
    now: stage.clock.now,
    salvage: options.salvage,
    ssh: stage.ssh(options),
  });
  const engine = createEngine({
    guide,
    journal,
    target: { host, user, port, ...ssh },
    connect: stage.connect,
    attemptsOn,
    attemptsHere: attemptsHere(),
    settings: stage.settings(options),
    clock: stage.clock,
    secrets: new Map([...stage.given.secrets, ...given.secrets]),
  });
  await engine.setInputs({ ...stage.given.values, ...given.values });
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
