import * as z from 'zod';
import { family, noroute, onMachine, port, seconds, silence, text, when } from './terms.ts';

/** A TCP connection. `reachable` is also satisfied by a refusal, which proves that packets pass. */
export const tcpSpec = z.strictObject({
  from: onMachine,
  host: text,
  port: z.union([port, z.array(port).min(1)]),
  family,
  is: z.enum(['open', 'reachable', 'closed']).default('open'),
  silence,
  noroute,
  /** The host is an address of the target: while the target does not have it, no answer means `noroute`. */
  own: z.literal(true).optional(),
  timeout: seconds.default(5),
  remedy: text.optional(),
  when,
});

/** What a guide asks of a `tcp` probe. */
export type TcpSpec = z.infer<typeof tcpSpec>;
