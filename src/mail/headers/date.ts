const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322 §3.3, and the two-digit years and zone names of §4.3 that are still met. */
const dateTime =
  /^(?:[A-Za-z]{3,9},?\s{1,9})?(?<day>\d{1,2})\s{1,9}(?<month>[A-Za-z]{3})[a-z]{0,6}\s{1,9}(?<year>\d{2,4})\s{1,9}(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?:\.\d{1,9})?(?:\s{1,9}(?<zone>[+-]\d{4}|[A-Za-z]{1,5}))?/;

/** Hours east of Greenwich (RFC 5322 §4.3); other names say nothing, which reads as +0000. */
const zoneHours: ReadonlyMap<string, number> = new Map([
  ['EST', -5],
  ['EDT', -4],
  ['CST', -6],
  ['CDT', -5],
  ['MST', -7],
  ['MDT', -6],
  ['PST', -8],
  ['PDT', -7],
]);

/** A date of a message, ISO 8601 in UTC; null for what is none. */
export function isoDate(text: string): string | null {
  const groups = dateTime.exec(text.trim())?.groups;
  if (groups === undefined) return null;
  const month = months.indexOf((groups.month ?? '').toLowerCase());
  const [day, hour, minute, second] = [groups.day, groups.hour, groups.minute, groups.second ?? '0'].map(Number);
  if (month === -1 || day === undefined || hour === undefined || minute === undefined || second === undefined) {
    return null;
  }
  if (hour > 23 || minute > 59 || second > 60) return null;
  const time = Date.UTC(fullYear(groups.year ?? ''), month, day, hour, minute, second);
  // why: the 31st of a short month would silently become the 1st of the next
  if (new Date(time).getUTCDate() !== day && second < 60) return null;
  return new Date(time - offset(groups.zone ?? '')).toISOString();
}

/** RFC 5322 §4.3: two digits from 50 on are of the last century, three count from 1900. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year + (text.length === 2 && year < 50 ? 2000 : 1900);
}

/** Milliseconds east of Greenwich. */
function offset(zone: string): number {
  const numeric = /^(?<sign>[+-])(?<hours>\d{2})(?<minutes>\d{2})$/.exec(zone)?.groups;
  const minutes =
    numeric === undefined
      ? (zoneHours.get(zone.toUpperCase()) ?? 0) * 60
      : (numeric.sign === '-' ? -1 : 1) * (Number(numeric.hours) * 60 + Number(numeric.minutes));
  return minutes * 60_000;
}
