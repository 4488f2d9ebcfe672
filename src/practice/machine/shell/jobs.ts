import type { CommandNode, StatementNode, WordNode } from 'just-bash';
import { serialize } from 'just-bash';
import { call, callsAny, isInput, mapLists, mapNodes, nameOf, statement, word } from './syntax.ts';

/** The programs that take over what just-bash cannot: other shells, beside this one and inside of it. */
export const jobPrograms = {
  /** Runs a text as a process of its own, and does not wait. */
  spawn: 'practice_spawn',
  /** Runs a text as a subshell that may have traps of its own. */
  fork: 'practice_fork',
  wait: 'practice_wait',
  /** Reads a line of what the shell itself gets while it runs. */
  read: 'practice_read',
  /** Keeps what the EXIT trap will need. */
  leave: 'practice_leave',
} as const;

/** The variable that stands in for `$!`. */
export const lastJob = 'practice_last_job';

const needsOwnShell = new Set(['trap', 'eval']);

/**
 * Rewrites what makes other processes.
 *
 * - `… &`: just-bash runs it at once and to its end, with process id 0. It becomes a process of the machine.
 * - `( … )` with a trap or an eval in it: a trap of a subshell is the subshell's own.
 * - `exec program`: the shell ends with the program.
 * - `exit`, where `hasTrap`: the variables are kept for the EXIT trap.
 * - `while read …` on the shell's own input, where `readsLive` says that it comes while the shell runs.
 */
export function rewriteJobs(
  statements: readonly StatementNode[],
  { readsLive, hasTrap }: { readonly readsLive: boolean; readonly hasTrap: boolean },
): StatementNode[] {
  const rewritten = mapLists([...statements], (each) => {
    if (each.background) return [spawn(each)];
    const pipelines = each.pipelines.map((line) => ({
      ...line,
      commands: line.commands.map((command, index) => rewriteCommand(command, readsLive && index === 0)),
    }));
    return [{ ...each, pipelines }];
  });
  return mapNodes(rewritten, (node) => {
    if (node.type === 'ParameterExpansion' && node.parameter === '!') return { ...node, parameter: lastJob };
    if (!hasTrap || node.type !== 'SimpleCommand') return node;
    const command = node as unknown as CommandNode;
    return nameOf(command) === 'exit' ? leaving(command) : node;
  });
}

function spawn(each: StatementNode): StatementNode {
  const text = serialize({ type: 'Script', statements: [{ ...each, background: false }] });
  return statement(call(jobPrograms.spawn, [word(text)]));
}

function rewriteCommand(command: CommandNode, readsLive: boolean): CommandNode {
  if (command.type === 'Subshell' && callsAny(command.body, needsOwnShell)) {
    const text = serialize({ type: 'Script', statements: command.body });
    return call(jobPrograms.fork, [word(text)], command.redirections);
  }
  if (command.type === 'While' && readsLive && !command.redirections.some(isInput)) return readingLive(command);
  if (nameOf(command) === 'wait' && command.type === 'SimpleCommand') {
    return { ...command, name: call(jobPrograms.wait).name };
  }
  if (nameOf(command) === 'exec' && command.type === 'SimpleCommand' && command.args.length > 0) return exec(command);
  return command;
}

/** `exit 3` → `if practice_leave; then exit 3; else exit 3; fi`: an `if`, for the status before is kept, and may be false. */
function leaving(command: CommandNode): CommandNode {
  return {
    type: 'If',
    clauses: [{ condition: [statement(call(jobPrograms.leave))], body: [statement(command)] }],
    elseBody: [statement(command)],
    redirections: [],
  };
}

/** `exec program args` → `{ program args; exit; }` */
function exec(command: Extract<CommandNode, { type: 'SimpleCommand' }>): CommandNode {
  const [program, ...args] = command.args;
  const name: WordNode | null = program ?? null;
  return {
    type: 'Group',
    body: [statement({ ...command, name, args }), statement(call('exit'))],
    redirections: [],
  };
}

function readingLive(loop: Extract<CommandNode, { type: 'While' }>): CommandNode {
  const condition = loop.condition.map((each) => ({
    ...each,
    pipelines: each.pipelines.map((line) => ({
      ...line,
      commands: line.commands.map((command) =>
        command.type === 'SimpleCommand' && nameOf(command) === 'read' && !command.redirections.some(isInput)
          ? { ...command, name: call(jobPrograms.read).name }
          : command,
      ),
    })),
  }));
  return { ...loop, condition };
}
