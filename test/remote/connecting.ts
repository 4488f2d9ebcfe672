import { onTestFinished } from 'vitest';
import { connect } from '../../src/remote/connect.ts';
import type { AnswerConnectQuestion, Connection, ConnectQuestion, TargetOptions } from '../../src/remote/connection.ts';
import { type Sshd, type SshdOptions, startSshd } from '../sshd.ts';

/** A server for the test that is running, which is stopped after it however it ends. Its host key is known. */
export async function aServer(options: SshdOptions = {}): Promise<Sshd> {
  const server = await startSshd(options);
  onTestFinished(() => server.stop());
  await server.trust();
  return server;
}

/** How a test's connection differs from the usual. */
export interface Connecting {
  /** Lines of the client's configuration. */
  readonly config?: readonly string[];
  readonly target?: Partial<TargetOptions>;
  readonly answer?: AnswerConnectQuestion;
  readonly expectsReinstall?: boolean;
  readonly signal?: AbortSignal;
}

/** Connects to a test server as its user. Every question fails the test, unless it gives answers. */
export async function connectTo(
  server: Pick<Sshd, 'port' | 'clientConfig'>,
  how: Connecting = {},
): Promise<Connection> {
  return connect({
    target: {
      host: '127.0.0.1',
      port: server.port,
      configFile: await server.clientConfig(how.config),
      ...how.target,
    },
    answer: how.answer ?? unasked,
    expectsReinstall: how.expectsReinstall ?? false,
    signal: how.signal ?? new AbortController().signal,
  });
}

async function unasked(question: ConnectQuestion): Promise<string | null> {
  throw new Error(`Nothing should have been asked, but was: ${JSON.stringify(question)}`);
}

/** Answers questions by their kind and keeps them; a kind without an answer gets none (null). */
export function answering(answers: Partial<Record<ConnectQuestion['kind'], string | readonly string[]>>) {
  const asked: ConnectQuestion[] = [];
  const answer: AnswerConnectQuestion = async (question) => {
    const before = asked.filter(({ kind }) => kind === question.kind).length;
    asked.push(question);
    const given = answers[question.kind];
    return (typeof given === 'string' ? given : given?.[before]) ?? null;
  };
  return { answer, asked };
}

/** The signal of a test that nobody aborts. */
export const unaborted = new AbortController().signal;

/** Bytes as text. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
