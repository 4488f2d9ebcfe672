import { expect, it } from 'vitest';
import { durationText, whenText } from '../../src/ui/clock.ts';
import { aStillClock } from './looks.ts';

it.each([
  [-500, '0:00'],
  [14_900, '0:14'],
  [725_000, '12:05'],
  [3_723_000, '1:02:03'],
])('shows %i milliseconds as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('shows a time of today as its hour, any other with its date, in the person’s time zone', () => {
  const clock = aStillClock();
  expect(whenText('2026-11-24T00:01:00Z', clock)).toBe('00:01');
  expect(whenText('2026-11-23T23:59:00Z', clock)).toBe('2026-11-23 23:59');
  expect(whenText('2026-11-23T23:59:00Z', { ...clock, timeZone: 'Europe/Stockholm' })).toBe('00:59');
  expect(whenText('never', clock)).toBe('never');
});
