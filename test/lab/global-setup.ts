import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { errorText } from '../../src/cli/program.ts';
import { bundleProgram } from '../program.ts';
import { debianSid, NoSidHere } from './debian-sid.ts';
import { furnishedFileSystem } from './furnished.ts';
import { refuseLeftoverLab } from './network.ts';
import { suites } from './packages.ts';
import { NoLabHere, prepareMachine } from './requirements.ts';

/** Programs that can be run by `node`, each by its path. */
interface Programs {
  /** The command line. */
  readonly brevduva: string;
  /** undo-program.ts. */
  readonly undo: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Why this machine cannot have a lab; empty where it can. */
    readonly noLabHere: string;
    /** Why the world of this lab has nothing of Debian's sid; empty where it has. */
    readonly noSidHere: string;
    /** The programs that the operators have, bundled once for all. */
    readonly programs: Programs;
  }
}

/**
 * Prepares the machine before the lab's tests, or has those skipped for which it cannot be prepared. Resolves to what takes
 * away after them what it made for them alone.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const tell = (line: string): void => void process.stdout.write(`lab: ${line}\n`);
  project.provide('noLabHere', '');
  project.provide('noSidHere', '');
  const programs = await bundlePrograms();
  project.provide('programs', programs);
  const removePrograms = () => {
    for (const program of Object.values(programs)) rmSync(dirname(program), { recursive: true, force: true });
  };
  try {
    await prepareMachine(tell);
  } catch (error) {
    if (!(error instanceof NoLabHere)) throw error;
    tell(errorText(error));
    project.provide('noLabHere', error.sentence);
    return removePrograms;
  }
  await refuseLeftoverLab();
  // Side by side: each waits for the archive, and then for its own disk.
  await allOf([...suites.map((suite) => furnishedFileSystem(suite, tell)), prepareSid(project, tell)]);
  return removePrograms;
}

async function bundlePrograms(): Promise<Programs> {
  const [brevduva, undo] = await Promise.all([
    bundleProgram(join(import.meta.dirname, '..', '..', 'src', 'cli', 'brevduva.ts')),
    bundleProgram(join(import.meta.dirname, 'undo-program.ts')),
  ]);
  return { brevduva, undo };
}

async function prepareSid(project: TestProject, tell: (line: string) => void): Promise<void> {
  try {
    await debianSid(tell);
  } catch (error) {
    if (!(error instanceof NoSidHere)) throw error;
    tell(`The tests that need it are skipped. ${errorText(error)}`);
    project.provide('noSidHere', error.sentence);
  }
}

/** Waits for the end of all, so that nothing goes on unseen, and then throws what the first of them threw. */
async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}
