import type { CommandNode, PipelineNode, SimpleCommandNode, StatementNode, WordNode } from 'just-bash';
import { parse } from 'just-bash';

/** A redirection of a command, as just-bash's parser gives it. */
export type Redirection = SimpleCommandNode['redirections'][number];

/** A word that is this text and nothing else; one that can be written down again, so no quote is inside of quotes. */
export function word(text: string): WordNode {
  const [first = '', ...more] = text.split("'");
  const quoted = (value: string) => ({ type: 'SingleQuoted' as const, value });
  const rest = more.flatMap((value) => [{ type: 'Escaped' as const, value: "'" }, quoted(value)]);
  return { type: 'Word', parts: [quoted(first), ...rest] };
}

/** The name of a simple command where it is written out, else undefined. */
export function nameOf(command: CommandNode): string | undefined {
  return command.type === 'SimpleCommand' && command.name !== null ? textOf(command.name) : undefined;
}

/** The text of a word that needs no expansion, else undefined. */
export function textOf({ parts: [part, ...more] }: WordNode): string | undefined {
  if (part === undefined || more.length > 0) return undefined;
  return part.type === 'Literal' || part.type === 'SingleQuoted' ? part.value : undefined;
}

/** `name 'argument'…` */
export function call(
  name: string,
  args: readonly WordNode[] = [],
  redirections: Redirection[] = [],
): SimpleCommandNode {
  return {
    type: 'SimpleCommand',
    assignments: [],
    name: { type: 'Word', parts: [{ type: 'Literal', value: name }] },
    args: [...args],
    redirections,
  };
}

/** A pipeline of one command. */
export function pipeline(command: CommandNode): PipelineNode {
  return { type: 'Pipeline', commands: [command], negated: false };
}

/** A statement of one pipeline. */
export function statement(of: PipelineNode | CommandNode): StatementNode {
  const only = of.type === 'Pipeline' ? of : pipeline(of);
  return { type: 'Statement', pipelines: [only], operators: [], background: false };
}

/** `FD>>path` */
export function appendTo(fd: number, path: string): Redirection {
  return { type: 'Redirection', fd, operator: '>>', target: word(path) };
}

/** Whether a redirection is about input. */
export function isInput({ operator }: Redirection): boolean {
  return operator === '<' || operator === '<<' || operator === '<<-' || operator === '<<<' || operator === '<&';
}

/** `2>&1` */
export function isErrorsToOutput({ fd, operator, target }: Redirection): boolean {
  return fd === 2 && operator === '>&' && target.type === 'Word' && textOf(target) === '1';
}

/** The statements of a text; undefined where it does not parse. */
export function statementsOf(text: string): StatementNode[] | undefined {
  try {
    const { statements } = parse(text);
    return statements.some(({ deferredError }) => deferredError !== undefined) ? undefined : statements;
  } catch {
    return undefined;
  }
}

/**
 * Rewrites every list of statements below a node, the outermost first: `each` says what stands in a statement's place,
 * and what it gives is looked through in turn.
 */
export function mapLists<T>(node: T, each: (statement: StatementNode) => readonly StatementNode[]): T {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.flatMap((item) => (isStatement(item) ? each(item).map(inside) : [visit(item)]));
    }
    return isNode(value) ? inside(value) : value;
  };
  const inside = (value: object): unknown =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
  return visit(node) as T;
}

/** Rewrites every node below one, the innermost first. */
export function mapNodes<T>(node: T, each: (node: Readonly<Record<string, unknown>>) => object): T {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isNode(value)) return value;
    return each(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)])));
  };
  return visit(node) as T;
}

/** Whether any node at or below one is such. */
export function some(node: unknown, test: (node: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (Array.isArray(node)) return node.some((item) => some(item, test));
  if (!isNode(node)) return false;
  return test(node) || Object.values(node).some((part) => some(part, test));
}

/** Whether a command of this name is called at or below a node. */
export function callsAny(node: unknown, names: ReadonlySet<string>): boolean {
  return some(node, (each) => {
    const called = each.type === 'SimpleCommand' ? nameOf(each as unknown as SimpleCommandNode) : undefined;
    return called !== undefined && names.has(called);
  });
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function isStatement(value: unknown): value is StatementNode {
  return isNode(value) && value.type === 'Statement';
}
