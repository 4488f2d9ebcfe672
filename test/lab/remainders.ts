import { createLabNetwork } from './network.ts';

// `remainders.ts`: makes the networks of a lab, tells its id, and dies without a chance to remove them.
const { id } = await createLabNetwork();
process.stdout.write(`${id}\n`, () => process.kill(process.pid, 'SIGKILL'));
