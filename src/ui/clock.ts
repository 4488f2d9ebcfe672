/** The time, injected so that frames can be stable. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
  /** Where the person is, for times of day; an IANA name. */
  readonly timeZone: string;
}

/** The machine's own clock, in the machine's own time zone. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    return () => clearInterval(timer);
  },
  get timeZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
};

/** A length of time as a stopwatch shows it: `0:14`, `12:05`, `1:02:03`. Never below zero. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** When something was: `14:05` today, else `2026-11-20 14:05`. `iso` is an ISO 8601 time; a broken one is shown as it is. */
export function whenText(iso: string, clock: Clock): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const then = localTime(at, clock.timeZone);
  return then.date === localTime(clock.now(), clock.timeZone).date ? then.time : `${then.date} ${then.time}`;
}

/** By time zone: making one takes a hundred times as long as using it, and each frame uses some. */
const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(at: number, timeZone: string): { readonly date: string; readonly time: string } {
  // Swedish writes ISO 8601: `2026-11-20 14:05`.
  const options = { dateStyle: 'short', timeStyle: 'short', timeZone } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', options);
  formats.set(timeZone, format);
  const text = format.format(at);
  const [date = text, time = ''] = text.split(' ');
  return { date, time };
}
