import type { TestProject } from 'vitest/node';
import { errorText } from '../../src/cli/program.ts';
import { debianSid } from './debian-sid.ts';
import { refuseLeftoverLab } from './network.ts';
import { suites } from './packages.ts';
import { NoLabHere, prepareMachine } from './requirements.ts';
import { rootFileSystem } from './root-file-systems.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why this machine cannot have a lab; empty where it can. */
    readonly noLabHere: string;
  }
}

/** Prepares the machine before the lab's tests, or has them skipped where there can be no lab. */
export async function setup(project: TestProject): Promise<void> {
  const tell = (line: string): void => void process.stdout.write(`lab: ${line}\n`);
  try {
    await prepareMachine(tell);
  } catch (error) {
    if (!(error instanceof NoLabHere)) throw error;
    tell(errorText(error));
    project.provide('noLabHere', error.sentence);
    return;
  }
  project.provide('noLabHere', '');
  await refuseLeftoverLab();
  for (const suite of suites) await rootFileSystem(suite, tell);
  await debianSid(tell);
}
