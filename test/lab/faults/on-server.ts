import { untilSettled } from '../chasquid-steps.ts';
import { LabError } from '../error.ts';
import type { FaultPlace } from './fault.ts';

/** Runs lines in the server's shell, and resolves to what they printed. Throws LabError where they fail. */
export async function sh({ vps }: Pick<FaultPlace, 'vps'>, lines: string): Promise<string> {
  return (await vps.exec('sh', ['-euc', lines])).out;
}

/** Throws LabError where the server has no such file, for then nothing could be damaged. */
export async function needFile(place: FaultPlace, file: string): Promise<void> {
  if ((await sh(place, `ls -d '${file}' 2>/dev/null || true`)) !== '') return;
  throw new LabError({ sentence: `There is no ${file} on the server that could be damaged.` });
}

/** Stops chasquid and starts it; resolves when it listens, or has given up. */
export async function startAfresh(place: FaultPlace): Promise<void> {
  // by its name: a pattern passes over what is just inactive, and its count of starts in a row stays
  const afresh = [
    "stop 'chasquid*'",
    'daemon-reload',
    "reset-failed 'chasquid*'",
    'reset-failed chasquid.service',
    'start chasquid.service',
  ];
  await sh(place, afresh.map((words) => `systemctl ${words}\n`).join(''));
  await untilSettled(place.vps);
}
