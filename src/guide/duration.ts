const unitSeconds = { s: 1, m: 60, h: 3600 } as const;

/** The longest duration that a guide may name: a week, in seconds. No DNS change or reinstall takes longer. */
const longest = 7 * 24 * 3600;

/** How a duration is written, for remedies. */
export const durationForm = 'a duration such as 5s, 2m or 1h, at most a week';

/** Seconds of a duration as guides write it (`5s`, `2m`, `1h`); undefined where it is none. */
export function readDuration(text: string): number | undefined {
  const parts = /^([1-9][0-9]{0,6})([smh])$/.exec(text);
  if (parts === null) return undefined;
  const seconds = Number(parts[1]) * unitSeconds[parts[2] as keyof typeof unitSeconds];
  return seconds <= longest ? seconds : undefined;
}
