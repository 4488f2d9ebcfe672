import { randomInt } from 'node:crypto';

/** Without 0, O, o, 1, I and l, which are taken for one another when they are read off a screen. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const length = 24;

/** A password that nobody guesses: 24 characters of 56, which is 139 bits, from the system's random numbers. */
export function generateSecret(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
