import type { Option } from 'commander';
import { Command, CommanderError } from 'commander';
import { BrevduvaError, placeText, UsageError } from '../error.ts';
import { GuideError } from '../guide/error.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import { packageVersion } from './package.ts';
import { practiceExtent, practiceReaches } from './practice-extent.ts';
import { withSessionOptions } from './session-options.ts';

const exitCodesHelp = `
Exit status:
  0    all proven
  1    something is false, or not proven yet
  2    wrong usage, or something is missing that only a person can give
  3    unknown: the target, or a probe, could not be reached
  130  interrupted`;

/**
 * The whole command line. Each verb's own code is loaded when it is called, so that none pays for another. Resolves to
 * the exit status; prints every error of ours, once, to standard error.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let status: number = exitCode.proven;
  const program = buildProgram((code) => {
    status = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.proven : exitCode.usage;
    if (!(error instanceof BrevduvaError)) throw error;
    process.stderr.write(`${errorText(error)}\n`);
    return exitCodeOf(error);
  }
}

/** An error as the command line prints it: each complaint with its place and remedy. */
export function errorText(error: BrevduvaError): string {
  const complaints = error instanceof GuideError ? error.problems : [error];
  return complaints
    .map(({ sentence, place, remedy }) => {
      const at = place === undefined ? 'brevduva: ' : `${placeText(place)}: `;
      return `${at}${sentence}${remedy === undefined ? '' : `\n  ${remedy}`}`;
    })
    .join('\n');
}

const practiceHelp = `rehearse on a simulated server inside this program; it goes as far as the checkpoint ${practiceReaches}`;

function buildProgram(done: (status: number) => void): Command {
  const program = new Command('brevduva')
    .description('A guided runbook for the terminal: every checkpoint is proven before it counts.')
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .showHelpAfterError('(brevduva --help tells the verbs and options)')
    .addHelpText(
      'after',
      `\nWithout a verb: practice, the saved sessions and the guides, to go on with or to start.\n${exitCodesHelp}`,
    )
    .action(async (_options, command: Command) => {
      const extra = command.args[0];
      if (extra !== undefined) throw unknownVerb(extra, program);
      done(await (await import('./home.ts')).home());
    });
  program.allowExcessArguments(true);

  withSessionOptions(
    program
      .command('setup')
      .argument('<[user@]host[:port]>', 'the server to work on')
      .description('start or resume the session of a guide on a server, in the terminal’s full screen'),
  )
    .addHelpText('after', exitCodesHelp)
    .action(async (target, options) => done(await (await import('./setup.ts')).setup(target, options)));

  withSessionOptions(
    program
      .command('run')
      .argument('[[user@]host[:port]]', 'the server to work on')
      .description('the same without a full screen, line by line: for scripts, logs and plain terminals'),
  )
    .option('--practice', practiceHelp, false)
    .option('--yes', 'run actions without asking', false)
    .option('--until <id>', 'stop after this checkpoint')
    .option('--step <id>', 'only this checkpoint')
    .option('--json', 'print one JSON object a line', false)
    .addHelpText('after', exitCodesHelp)
    .action(async (target, options) => done(await (await import('./run.ts')).run(target, options)));

  withSessionOptions(
    program
      .command('check')
      .argument('[[user@]host[:port]]', 'the server to look at')
      .description('only look: probe every checkpoint and change nothing'),
  )
    .option('--practice', practiceHelp, false)
    .option('--json', 'print one JSON object a line', false)
    .addHelpText('after', exitCodesHelp)
    .action(async (target, options) => done(await (await import('./check.ts')).check(target, options)));

  program
    .command('practice')
    .description(
      'rehearse the guide on a simulated server that lives inside this program, in the terminal’s full screen',
    )
    .addHelpText('after', `\n${practiceExtent}`)
    .action(async () => done(await (await import('./practice.ts')).practice()));

  program
    .command('lint')
    .argument('[file...]', 'guides (indexes) to check; without any, those that come with Brevduva')
    .description('check guides and name everything that is wrong with them')
    .addHelpText('after', '\nExit status: 0 nothing is wrong, 2 something is.')
    .action(async (files) => done(await (await import('./lint.ts')).lint(files)));

  program
    .command('headers')
    .argument('<file>', 'a saved message or its headers alone; - for standard input')
    .description('explain the headers of any message, or why a message came back')
    .option('--json', 'print one JSON object a line', false)
    .addHelpText(
      'after',
      '\nExit status: 0 all is good, 1 something is bad, 2 there are no headers, 3 SPF, DKIM or DMARC cannot be told.',
    )
    .action(async (file, options) => done(await (await import('./headers.ts')).headers(file, options)));

  program
    .command('dns')
    .argument('[session]', 'the target or the name of a saved session; without it, the one used last')
    .description('print the DNS records that a saved session wants published; connects nowhere')
    .option('--zone', 'print a zone file', false)
    .option('--json', 'print one JSON object a line', false)
    .addHelpText(
      'after',
      '\nExit status: 0 the records were printed, 2 there is no such session, or it has no values yet.',
    )
    .action(async (session, options) => done(await (await import('./dns.ts')).dns(session, options)));

  program
    .command('report')
    .argument('[session]', 'the target or the name of a saved session; without it, the one used last')
    .description('tell what a saved session proved, for those who were not there; connects nowhere')
    .option('--format <word>', 'html, md, json, junit or tap', 'md')
    .option('--output <file>', 'write it to a new file that only you can read, instead of printing it')
    .option('--force', 'replace the file where it exists', false)
    .option('--verify <file>', 'tell whether a report, and the journal that it was made from, were changed since')
    .addHelpText(
      'after',
      `${exitCodesHelp}\nJUnit and TAP are red exactly where it is not 0.\n\nWith --verify: 0 neither was changed, 1 one was, 3 the journal is not here. A seal is a checksum, no signature.`,
    )
    .action(async (session, options) => done(await (await import('./report.ts')).report(session, options)));

  for (const command of program.commands) command.exitOverride();
  return program;
}

/** Only words tell a reader something about a default; “false” and “[]” do not. */
function describeOption({ description, defaultValue }: Option): string {
  return typeof defaultValue === 'string' ? `${description} (default: ${defaultValue})` : description;
}

function unknownVerb(word: string, program: Command): UsageError {
  const verbs = program.commands.map((command) => command.name()).join(', ');
  return new UsageError({
    sentence: `“${word}” is no verb of brevduva.`,
    remedy: `The verbs are ${verbs}. To start on a server: brevduva setup ${word}`,
  });
}
