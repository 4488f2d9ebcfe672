import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** ss(8): who listens on TCP. A filter (`sport = :25 or …`) chooses by port. */
export const ss: Program = {
  name: 'ss',
  run({ args, machine }) {
    const wanted = [...args.join(' ').matchAll(/sport = :(\d+)/g)].map(([, port]) => Number(port));
    const rows = machine.services
      .listeners()
      .filter(({ port }) => wanted.length === 0 || wanted.includes(port))
      .map(
        ({ port, pid, name }) =>
          `LISTEN 0      4096               *:${port}            *:*    users:(("${name}",pid=${pid},fd=3))`,
      );
    return said(
      ['State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process', ...rows].map((row) => `${row}\n`).join(''),
    );
  },
};
