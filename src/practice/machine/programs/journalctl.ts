import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** journalctl(1): `-u UNIT`, `-n LINES`, `-o cat` */
export const journalctl: Program = {
  name: 'journalctl',
  run({ args, machine }) {
    const after = (name: string): string | undefined =>
      args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
    const unit = after('-u') ?? args.find((arg) => arg.startsWith('--unit='))?.slice(7);
    const name = unit === undefined || unit.includes('.') ? unit : `${unit}.service`;
    const count = Number(
      after('-n') ?? args.find((arg) => arg.startsWith('--lines='))?.slice(8) ?? Number.POSITIVE_INFINITY,
    );
    const lines = machine.journal.of(name).slice(-count);
    if (lines.length === 0) return said('-- No entries --\n');
    if (after('-o') === 'cat') return said(lines.map(({ text }) => `${text}\n`).join(''));
    return said(lines.map(({ at, by, text }) => `${stamp(at)} ${machine.hostName} ${by}[1]: ${text}\n`).join(''));
  },
};

/** `Nov 24 13:05:09`, as syslog writes a time. */
function stamp(at: Date): string {
  const [, month = '', day = '', , time = ''] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day} ${month} ${time}`;
}
