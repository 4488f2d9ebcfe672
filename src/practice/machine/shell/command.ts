import type { Command } from 'just-bash';
import { defineCommand, latin1FromBytes } from 'just-bash';
import { shellQuote } from '../../../shell/quote.ts';
import { Signalled } from '../processes.ts';
import type { Call, Outcome, Program } from '../program.ts';
import type { Shell } from './shell.ts';
import { errVariable, outVariable } from './streams.ts';

/** A program as just-bash calls it, from one shell. */
export function commandOf(program: Program, shell: Shell): Command {
  return defineCommand(program.name, async (args, context) => {
    const follow = shell.sinkOf(context.env.get(outVariable));
    const kept: string[] = [];
    const { signal = shell.process.stop.signal } = context;
    const call: Call = {
      args,
      machine: shell.machine,
      process: shell.process,
      variables: context.env,
      environment: exported(context.exportedEnv ?? {}),
      folder: context.cwd,
      input: latin1FromBytes(context.stdin),
      signal,
      path: (path) => context.fs.resolvePath(context.cwd, path),
      say(line) {
        if (follow === undefined) kept.push(`${line}\n`);
        else follow(Buffer.from(`${line}\n`));
      },
      pause: (milliseconds) => shell.machine.pause(milliseconds, signal),
      async bundled(words) {
        if (context.origCommand === undefined) return { err: `${program.name}: not found\n`, status: 127 };
        return outcomeOf(await context.origCommand([...words]));
      },
      async run(words, input = '') {
        if (context.exec === undefined) return { status: 127 };
        const options = { cwd: context.cwd, stdin: input, stdinKind: 'bytes' as const, signal };
        return outcomeOf(await context.exec(words.map(shellQuote).join(' '), options));
      },
    };
    try {
      const { out = '', err = '', status = 0 } = await program.run(call);
      return { stdout: kept.join('') + out, stderr: err, exitCode: status };
    } catch (error) {
      if (error instanceof Signalled) return { stdout: kept.join(''), stderr: '', exitCode: error.status };
      throw error;
    }
  });
}

/** The variables that a child inherits: without what only tells a program where its output goes. */
function exported(environment: Readonly<Record<string, string>>): Record<string, string> {
  const { [outVariable]: _out, [errVariable]: _err, ...rest } = environment;
  return rest;
}

function outcomeOf({ stdout, stderr, exitCode }: { stdout: string; stderr: string; exitCode: number }): Outcome {
  return { out: stdout, err: stderr, status: exitCode };
}
