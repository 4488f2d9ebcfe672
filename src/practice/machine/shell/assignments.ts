import { call, mapNodes, some, statement } from './syntax.ts';

/**
 * Mends the status of assignments. `name=value` ends with 0 (POSIX.1-2017, 2.9.1); in just-bash 3.4.2 it leaves the
 * status of the command before, which after `test || name=value` ends a script that has `set -e`. With `true` before it
 * that status is 0. Where the value is itself that status, an empty `$( )` behind it does the same.
 */
export function mendAssignments<T>(node: T): T {
  return mapNodes(node, (each) => {
    if (each.type !== 'SimpleCommand' || each.name !== null) return each;
    const { assignments } = each;
    if (!Array.isArray(assignments) || assignments.length === 0) return each;
    if (some(assignments, ({ type }) => type === 'CommandSubstitution')) return each;
    if (some(assignments, ({ type, parameter }) => type === 'ParameterExpansion' && parameter === '?')) {
      return { ...each, assignments: [...assignments, nothing] };
    }
    return { type: 'Group', body: [statement(call('true')), statementOf(each)], redirections: [] };
  });
}

const nothing = {
  type: 'Assignment',
  name: 'practice_nothing',
  append: false,
  array: null,
  value: {
    type: 'Word',
    parts: [
      { type: 'CommandSubstitution', legacy: false, body: { type: 'Script', statements: [statement(call(':'))] } },
    ],
  },
};

function statementOf(command: object): object {
  return {
    type: 'Statement',
    operators: [],
    background: false,
    pipelines: [{ type: 'Pipeline', negated: false, commands: [command] }],
  };
}
