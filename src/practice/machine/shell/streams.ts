import type { CommandNode, PipelineNode, SimpleCommandNode, StatementNode } from 'just-bash';
import {
  appendTo,
  call,
  isErrorsToOutput,
  isInput,
  nameOf,
  type Redirection,
  statement,
  textOf,
  word,
} from './syntax.ts';

/** Where a command's output goes while it runs: the paths of the shell's pipes. Without one it is kept to its end. */
export interface Streams {
  readonly out?: string | undefined;
  readonly err?: string | undefined;
}

/** What rewriting for streams needs to know beside the text. */
export interface Streaming {
  readonly streams: Streams;
  /** The shell's file descriptors from 3 on that lead to a pipe; `exec 3>&2` adds to them. */
  readonly descriptors: Map<number, string>;
  /** Functions that have been defined, by any text of this shell. */
  readonly functions: Set<string>;
}

type CompoundCommandNode = Exclude<CommandNode, { readonly type: 'SimpleCommand' | 'FunctionDef' }>;

/** Tells a program where its output is going, so that it can write while it runs. */
export const outVariable = 'practice_out';
export const errVariable = 'practice_err';

/** The program that makes a text ready for `eval`. */
export const evalProgram = 'practice_text';

/** They do something to the shell itself, and print nothing. */
const silent = new Set([
  'break',
  'continue',
  'declare',
  'exit',
  'export',
  'local',
  'readonly',
  'return',
  'set',
  'shift',
  'unset',
  ':',
]);

/** They are over at once, and need not know where their output goes. */
const quick = new Set([
  '.',
  '[',
  'awk',
  'cat',
  'cd',
  'command',
  'echo',
  'false',
  'grep',
  'printf',
  'read',
  'sed',
  'test',
  'true',
]);

const twin = (name: string): string => `practice_stream_${name}`;

/**
 * Rewrites a text so that its output appears while it runs. just-bash 3.4.2 gives all output at the end; but what a
 * command appends to a file is there when that command has ended. So each command that is not in a pipe or in `$( )`
 * gets `>>OUT 2>>ERR`, before its own redirections, and each function a twin whose commands have them.
 */
export function streamStatements(list: readonly StatementNode[], streaming: Streaming): StatementNode[] {
  return list.flatMap((each) => {
    const twins = each.pipelines.flatMap(({ commands }) =>
      commands.flatMap((command) => {
        if (command.type !== 'FunctionDef' || command.redirections.length > 0) return [];
        streaming.functions.add(command.name);
        const body = streamCommand(command.body, streaming);
        return body.type === 'SimpleCommand' || body.type === 'FunctionDef'
          ? []
          : [statement({ ...command, name: twin(command.name), body })];
      }),
    );
    return [...twins, { ...each, pipelines: each.pipelines.map((line) => streamPipeline(line, streaming)) }];
  });
}

function streamPipeline(line: PipelineNode, streaming: Streaming): PipelineNode {
  const last = line.commands.length - 1;
  const commands = line.commands.map((command, index) => {
    const err = line.pipeStderr?.[index] === true ? undefined : streaming.streams.err;
    const out = index === last ? streaming.streams.out : undefined;
    return streamCommand(command, { ...streaming, streams: { out, err } });
  });
  return { ...line, commands };
}

function streamCommand(command: CommandNode, streaming: Streaming): CommandNode {
  const { out, err } = streaming.streams;
  if (command.type === 'FunctionDef') return command;
  if (command.type === 'SimpleCommand') return streamSimple(command, streaming);
  if (opensDescriptors(command)) return command;
  const inner = innerStreams(command.redirections, streaming.streams);
  if (inner === undefined) {
    return { ...command, redirections: [...sinks({ out, err }), ...descriptors(command.redirections, streaming)] };
  }
  const below = (list: readonly StatementNode[]) => streamStatements(list, { ...streaming, streams: inner });
  const redirections = command.redirections.filter((each) => isInput(each) && !isClosing(each));
  switch (command.type) {
    case 'If':
      return {
        ...command,
        redirections,
        clauses: command.clauses.map(({ condition, body }) => ({ condition: below(condition), body: below(body) })),
        elseBody: command.elseBody === null ? null : below(command.elseBody),
      };
    case 'While':
    case 'Until':
      return { ...command, redirections, condition: below(command.condition), body: below(command.body) };
    case 'Case':
      return { ...command, redirections, items: command.items.map((item) => ({ ...item, body: below(item.body) })) };
    case 'For':
    case 'CStyleFor':
    case 'Group':
    case 'Subshell':
      return { ...command, redirections, body: below(command.body) };
    case 'ArithmeticCommand':
    case 'ConditionalCommand':
      return command;
  }
}

/**
 * `{ … >&4 … } 4>&1`: such a command is left alone, and what it prints appears at the end of the whole script. With its
 * output led to a file just-bash would mistake that file for what `$( )` and pipes inside of it give.
 */
function opensDescriptors({ redirections }: CompoundCommandNode): boolean {
  return redirections.some((each) => each.fd !== null && each.fd > 2 && each.operator === '>&' && !isClosing(each));
}

/** The streams inside of a compound command; undefined where its redirections lead elsewhere, and it is kept whole. */
function innerStreams(redirections: readonly Redirection[], { out, err }: Streams): Streams | undefined {
  const own = redirections.filter((each) => !isInput(each) && !isClosing(each));
  if (own.length === 0) return { out, err };
  if (out !== undefined && own.every(isErrorsToOutput)) return { out, err: out };
  return undefined;
}

function streamSimple(command: SimpleCommandNode, streaming: Streaming): CommandNode {
  if (command.name === null) return command;
  const name = nameOf(command);
  if (name === 'exec') return streamExec(command, streaming);
  const own = descriptors(command.redirections, streaming);
  const changesOutput = own.some((each) => !isInput(each) && !isErrorsToOutput(each));
  if (name !== undefined && own.length === 0 && silent.has(name)) return command;
  const { out } = streaming.streams;
  const streams = own.some(isErrorsToOutput) ? { out, err: out } : streaming.streams;
  if (name === 'eval') return streamEval({ ...command, redirections: own }, changesOutput ? {} : streams);
  if (name !== undefined && streaming.functions.has(name)) {
    const follows = streaming.streams.out !== undefined && streaming.streams.err !== undefined;
    if (follows && own.every(isInput)) return { ...command, name: call(twin(name)).name, redirections: own };
    return { ...command, redirections: [...sinks(streaming.streams), ...own] };
  }
  return {
    ...command,
    redirections: [...sinks(streaming.streams), ...own],
    assignments:
      changesOutput || (name !== undefined && quick.has(name))
        ? command.assignments
        : [...command.assignments, ...tell(streams)],
  };
}

/** `exec 3>&2` opens the pipe itself, so that what is written to 3 appears at once. */
function streamExec(command: SimpleCommandNode, { streams, descriptors: known }: Streaming): CommandNode {
  const redirections = command.redirections.flatMap((each) => {
    const { fd, operator, target } = each;
    if (fd === null || fd < 3 || target.type !== 'Word') return [each];
    const source = textOf(target);
    const path = source === '1' ? streams.out : source === '2' ? streams.err : undefined;
    if (operator === '>&' && path !== undefined) {
      known.set(fd, path);
      return [appendTo(fd, path)];
    }
    // Input that comes while the shell runs is read by programs of ours (jobs.ts).
    if (operator === '<&') return [];
    if (operator === '>&' && source === '-' && known.has(fd)) return [];
    return [each];
  });
  return redirections.length === 0 ? call(':') : { ...command, redirections };
}

/** `eval "$x"` → `eval "$(practice_text OUT ERR "$x")"`, which makes the text ready in turn. */
function streamEval(command: SimpleCommandNode, { out, err }: Streams): CommandNode {
  const inner = call(evalProgram, [word(out ?? ''), word(err ?? ''), ...command.args]);
  return {
    ...command,
    redirections: command.redirections.filter((each) => !isErrorsToOutput(each) || out === undefined),
    args: [
      {
        type: 'Word',
        parts: [
          {
            type: 'DoubleQuoted',
            parts: [
              { type: 'CommandSubstitution', legacy: false, body: { type: 'Script', statements: [statement(inner)] } },
            ],
          },
        ],
      },
    ],
  };
}

/** What is written to a descriptor of the shell that leads to a pipe is appended to that; closing one does nothing. */
function descriptors(redirections: readonly Redirection[], { descriptors: known }: Streaming): Redirection[] {
  return redirections.flatMap((each) => {
    if (isClosing(each)) return [];
    const source = each.operator === '>&' && each.target.type === 'Word' ? textOf(each.target) : undefined;
    const path = source === undefined ? undefined : known.get(Number(source));
    if (path !== undefined) return [appendTo(each.fd ?? 1, path)];
    return each.operator === '<&' ? [] : [each];
  });
}

/** `3>&-`, `4<&-` */
function isClosing({ fd, operator, target }: Redirection): boolean {
  if ((operator !== '>&' && operator !== '<&') || target.type !== 'Word') return false;
  return fd !== null && fd > 2 && textOf(target) === '-';
}

function sinks({ out, err }: Streams): Redirection[] {
  return [...(out === undefined ? [] : [appendTo(1, out)]), ...(err === undefined ? [] : [appendTo(2, err)])];
}

function tell({ out, err }: Streams): SimpleCommandNode['assignments'] {
  return [
    [outVariable, out],
    [errVariable, err],
  ].flatMap(([name, value]) =>
    name === undefined || value === undefined
      ? []
      : [{ type: 'Assignment' as const, name, value: word(value), append: false, array: null }],
  );
}
