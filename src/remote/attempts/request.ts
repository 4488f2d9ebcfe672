import { createHash } from 'node:crypto';
import { shellQuote } from '../../shell/quote.ts';
import { environmentLines } from '../../shell/script.ts';
import type { AttemptRequest } from '../attempt.ts';
import follow from './on-target/follow.sh' with { type: 'text' };
import orders from './on-target/orders.sh' with { type: 'text' };
import request from './on-target/request.sh' with { type: 'text' };
import start from './on-target/start.sh' with { type: 'text' };
import state from './on-target/state.sh' with { type: 'text' };
import watch from './on-target/watch.sh' with { type: 'text' };

/** The text that does one request on the target; its first lines (state.sh) say which there are. */
export const requestText = [state, follow, orders, start, request].join('\n');

/** The script of one request: a text for `sh` that names nothing on the target but what it finds there. */
export function requestScript(verb: 'follow' | 'status' | 'interrupt' | 'cancel', words: readonly string[]): string {
  return scriptOf([verb, ...words]);
}

/** The script that starts an attempt, then follows it from its first byte. */
export function startScript({ id, script, environment, secrets }: AttemptRequest, nonce: string): string {
  const text = script.endsWith('\n') ? script : `${script}\n`;
  const variables = environmentLines(environment);
  const hash = createHash('sha256').update(variables).update(text).digest('hex');
  return scriptOf(['start', nonce, id, hash, watch, variables, text, ...secrets]);
}

function scriptOf(words: readonly string[]): string {
  return `set -- ${words.map(shellQuote).join(' ')}\n${requestText}`;
}
