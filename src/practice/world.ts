import type { Order, Replies, WorldOptions, WorldPlaces } from './control.ts';
import { bootTinyCore } from './machine/images/tinycore.ts';
import { bootUbuntu } from './machine/images/ubuntu.ts';
import type { Internet } from './machine/internet.ts';
import type { SshServer } from './machine/ssh/server.ts';
import { startSshServer } from './machine/ssh/server.ts';
import { publicResolverAddresses, resolverAddress, startInternet } from './network/internet.ts';
import { NetworkError } from './network/network.ts';

/** A small internet with a server in it, all on loopback. */
export interface World {
  readonly places: WorldPlaces;
  carryOut(order: Order): Replies[Order['kind']];
  close(): Promise<void>;
}

/** Milliseconds from the first login until the provider's installer is done, in the world's own time. */
const installation = 40_000;

/** Starts the world: a server that is still being installed, and all that it talks to. */
export async function startWorld({ speed }: WorldOptions): Promise<World> {
  const begun = Date.now();
  const outside = await startInternet({ now: () => begun + (Date.now() - begun) * speed });
  const internet: Internet = {
    lookUp: outside.lookUp,
    async connect(path) {
      try {
        return await outside.network.connect(path);
      } catch (error) {
        if (error instanceof NetworkError) return error.kind;
        return 'refused';
      }
    },
  };
  let installer: NodeJS.Timeout | undefined;
  const install = (server: () => SshServer): void => {
    installer ??= setTimeout(() => {
      void bootUbuntu(internet, speed).then((machine) => server().replace(machine));
    }, installation / speed);
  };
  const server: SshServer = await startSshServer(await bootTinyCore(), () => install(() => server));
  return {
    places: {
      port: server.port,
      password: server.password,
      resolver: resolverAddress,
      publicResolvers: publicResolverAddresses,
      authority: outside.authority.rootPem,
    },
    carryOut(order) {
      switch (order.kind) {
        case 'route':
          return outside.reachFromOutside(order.address, order.port);
        case 'fingerprint':
          return server.fingerprint();
        case 'publish':
          for (const entry of order.entries) outside.registrar.add(entry);
          return null;
      }
    },
    async close() {
      clearTimeout(installer);
      await server.close();
      await outside.close();
    },
  };
}
