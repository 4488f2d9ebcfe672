import type { CommandNode, PipelineNode, StatementNode } from 'just-bash';
import { call, mapLists, nameOf, pipeline, statement, word } from './syntax.ts';

/** The program that ends with the status that it is given. */
export const statusProgram = 'practice_status';

/** The variable in which a rewritten list keeps the status of what ran last. */
const kept = 'practice_kept';

const compound = new Set(['Subshell', 'Group', 'If', 'For', 'While', 'Until', 'Case']);

/**
 * Mends `set -e` in lists. Left of `&&` and `||` a failure ends nothing, not even inside of a function, a subshell or a
 * group that is called there (POSIX.1-2017, 2.14 `set -e`); just-bash 3.4.2 forgets that, but not in the condition of an
 * `if`. So a list with such a command,
 *
 *     f && g || h
 *
 * becomes one in which only plain programs stand left of the operators:
 *
 *     if f; then practice_kept=0; else practice_kept=$?; fi
 *     if practice_status "$practice_kept"; then if g; then …; fi; fi
 *     practice_status "$practice_kept" || h
 */
export function mendLists<T>(node: T, functions: ReadonlySet<string>): T {
  const isRisky = (command: CommandNode): boolean => {
    const name = nameOf(command);
    return compound.has(command.type) || (name !== undefined && functions.has(name));
  };
  return mapLists(node, (list) => {
    const { pipelines, operators } = list;
    const before = pipelines.slice(0, -1);
    if (!before.some(({ commands }) => commands.some(isRisky)) || operators.includes(';')) return [list];
    const [first, ...middle] = before;
    const last = pipelines.at(-1);
    if (first === undefined || last === undefined) return [list];
    return [
      keepStatus(first),
      ...middle.map((each, index) => onlyIf(operators[index], statement(keepStatus(each).pipelines[0] ?? each))),
      { ...list, pipelines: [pipeline(askKept()), last], operators: operators.slice(-1) },
    ];
  });
}

/** `if PIPELINE; then practice_kept=0; else practice_kept=$?; fi` */
function keepStatus(of: PipelineNode): StatementNode {
  return statement({
    type: 'If',
    clauses: [{ condition: [statement(of)], body: [assign({ type: 'Literal', value: '0' })] }],
    elseBody: [assign({ type: 'ParameterExpansion', parameter: '?', operation: null })],
    redirections: [],
  });
}

/** `if practice_status "$practice_kept"; then …; fi`, or its contrary for `||`. */
function onlyIf(operator: string | undefined, body: StatementNode): StatementNode {
  const asked = statement({ ...pipeline(askKept()), negated: operator === '||' });
  return statement({
    type: 'If',
    clauses: [{ condition: [asked], body: [body] }],
    elseBody: null,
    redirections: [],
  });
}

function askKept(): CommandNode {
  const value = word('');
  return call(statusProgram, [{ ...value, parts: [{ type: 'ParameterExpansion', parameter: kept, operation: null }] }]);
}

function assign(
  part: { type: 'Literal'; value: string } | { type: 'ParameterExpansion'; parameter: string; operation: null },
): StatementNode {
  return statement({
    type: 'SimpleCommand',
    name: null,
    args: [],
    redirections: [],
    assignments: [
      { type: 'Assignment', name: kept, value: { type: 'Word', parts: [part] }, append: false, array: null },
    ],
  });
}
