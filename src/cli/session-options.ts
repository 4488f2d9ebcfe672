import type { Command } from 'commander';
import { Option } from 'commander';
import { UsageError } from '../error.ts';

/** The options of every verb that opens a session, as commander gives them. */
export interface SessionOptions {
  readonly guide: string;
  readonly set: Readonly<Record<string, string>>;
  readonly secretFile: Readonly<Record<string, string>>;
  readonly trust: boolean;
  readonly acceptNewHostKey: boolean;
  readonly salvage: boolean;
  readonly resolver: readonly string[];
  readonly authority: readonly string[];
  readonly F?: string;
  readonly i: readonly string[];
  readonly J?: string;
  readonly l?: string;
  readonly p?: number;
}

/** The options of a call that gives none. */
export const noOptions: SessionOptions = {
  guide: 'smtp',
  set: {},
  secretFile: {},
  trust: false,
  acceptNewHostKey: false,
  salvage: false,
  resolver: [],
  authority: [],
  i: [],
};

/** Gives a verb the options by which a session is opened. */
export function withSessionOptions(command: Command): Command {
  return command
    .option('--guide <name|file>', 'the guide: one that comes with Brevduva, or a Markdown file', 'smtp')
    .option('--set <name=value>', 'give an input a value (may be repeated)', collectPairs, {})
    .option('--secret-file <name=file>', 'read a secret input from the first line of a file', collectPairs, {})
    .option('--trust', 'trust this guide, or its changed text, without being asked', false)
    .option('--accept-new-host-key', 'accept the host key of a server that is not known yet', false)
    .option('--salvage', 'mend a damaged journal first; the damaged file is kept beside it', false)
    .option(
      '--resolver <address[:port]>',
      'a public resolver to ask instead of the usual ones (may be repeated)',
      collect,
      [],
    )
    .option(
      '--authority <file>',
      'certificates (PEM) of an authority that probes trust beside the usual ones (may be repeated)',
      collect,
      [],
    )
    .option('-F <file>', 'SSH configuration file, as for ssh')
    .option('-i <file>', 'SSH key file, as for ssh (may be repeated)', collect, [])
    .option('-J <hosts>', 'SSH jump hosts, as for ssh')
    .option('-l <user>', 'SSH user, as for ssh')
    .addOption(new Option('-p <port>', 'SSH port, as for ssh').argParser(parsePort));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function collectPairs(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new UsageError({ sentence: `“${text}” is no name=value pair.`, remedy: 'Write it as domain=example.com.' });
  }
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError({ sentence: `“${text}” is no port.`, remedy: 'Give a number from 1 to 65535.' });
}
