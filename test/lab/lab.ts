import { furnishedFileSystem } from './furnished.ts';
import { createLabNetwork, type LabNetwork } from './network.ts';
import { type Operator, setUpOperator } from './operator.ts';
import type { Suite } from './packages.ts';
import { rootFileSystem } from './root-file-systems.ts';
import { startVps, type Vps } from './vps.ts';

/** What a new server has: what a provider installs, or the packages of a mail server too, so that no test waits for apt. */
export type Image = 'bare' | 'with-chasquid';

/** A whole lab: its networks and the operator's computer, and the vps that one asks for. */
export interface Lab {
  readonly network: LabNetwork;
  readonly operator: Operator;
  /** Boots a fresh server, a bare one if nothing is said; one is up at a time. */
  startVps(suite: Suite, image?: Image): Promise<Vps>;
  /** Ends and removes everything. */
  remove(): Promise<void>;
}

/** Makes a lab. `program`: the bundled command line that the operator has. `tell` gets a line where it takes time. */
export async function createLab(program: string, tell: (line: string) => void = () => {}): Promise<Lab> {
  const network = await createLabNetwork();
  try {
    const operator = await setUpOperator(network, program);
    return {
      network,
      operator,
      startVps: async (suite, image = 'bare') => {
        const system = await (image === 'bare' ? rootFileSystem : furnishedFileSystem)(suite, tell);
        return startVps(network, { system, publicKey: operator.publicKey });
      },
      remove: () => network.remove(),
    };
  } catch (error) {
    await network.remove();
    throw error;
  }
}
