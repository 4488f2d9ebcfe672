import { createLabNetwork, type LabNetwork } from './network.ts';
import { type Operator, setUpOperator } from './operator.ts';
import type { Suite } from './packages.ts';
import { rootFileSystem } from './root-file-systems.ts';
import { startVps, type Vps } from './vps.ts';

/** A whole lab: its networks and the operator's computer, and the vps that one asks for. */
export interface Lab {
  readonly network: LabNetwork;
  readonly operator: Operator;
  /** Boots a fresh server; one is up at a time. */
  startVps(suite: Suite): Promise<Vps>;
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
      startVps: async (suite) =>
        startVps(network, { system: await rootFileSystem(suite, tell), publicKey: operator.publicKey }),
      remove: () => network.remove(),
    };
  } catch (error) {
    await network.remove();
    throw error;
  }
}
