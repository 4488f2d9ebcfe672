import type { Socket } from 'node:net';

/** Why a connection of the machine came to nothing. */
export type Unreached = 'refused' | 'silence' | 'no-route';

/** The rest of the practice world, as the machine sees it. */
export interface Internet {
  /** The addresses of a name; none where there is no such name. */
  lookUp(name: string, family: 4 | 6): Promise<readonly string[]>;
  /** Opens a connection from an address of the machine. */
  connect(path: { readonly from: string; readonly to: string; readonly port: number }): Promise<Socket | Unreached>;
}

/** A world in which nothing answers. */
export const noInternet: Internet = { lookUp: async () => [], connect: async () => 'no-route' };
