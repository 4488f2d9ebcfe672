import { exitCode } from './exit-code.ts';
import { main } from './program.ts';

// Whoever reads us may stop reading (`| head`); what is saved is saved, and there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCode.interrupted);
});

process.exitCode = await main(process.argv.slice(2));
