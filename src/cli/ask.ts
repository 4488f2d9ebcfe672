import { createInterface } from 'node:readline/promises';
import type { ConnectQuestion } from '../remote/connection.ts';

/** Whether a person can be asked: standard input and output are a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on the terminal (standard error, so that output can be piped) and resolves to the answer. */
export async function askLine(prompt: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(prompt, { signal });
  } finally {
    lines.close();
  }
}

/** Asks without showing what is typed. */
export async function askSecret(prompt: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(prompt);
  const { stdin } = process;
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  try {
    return await readMasked(signal);
  } finally {
    stdin.setRawMode(wasRaw);
    stdin.pause();
    process.stderr.write('\n');
  }
}

async function readMasked(signal: AbortSignal): Promise<string> {
  let typed = '';
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      process.stdin.off('data', onData);
      settle();
    };
    const onData = (chunk: Buffer) => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') return finish(() => resolve(typed));
        if (character === '\u0003' || character === '\u0004') return finish(() => reject(new Error('Interrupted.')));
        typed = character === '\u007f' || character === '\b' ? [...typed].slice(0, -1).join('') : typed + character;
      }
    };
    signal.addEventListener('abort', () => finish(() => reject(signal.reason)), { once: true });
    process.stdin.on('data', onData);
    process.stdin.resume();
  });
}

/** A connection question in words, for a terminal without the full screen. */
export function questionText(question: ConnectQuestion): string {
  switch (question.kind) {
    case 'host-key':
      return `${question.host} is not known yet. It shows the ${question.key.type} key\n  ${question.key.fingerprint}\nCompare it with what your provider's console shows. Accept it? [y/N] `;
    case 'host-key-changed':
      return `${question.host} shows another host key, as a reinstalled server does.\n  known: ${question.known.fingerprint}\n  now:   ${question.key.fingerprint}\nWas it reinstalled, and does your provider's console show this key? [y/N] `;
    case 'password':
      return `Password of ${question.user} on ${question.host}: `;
    case 'passphrase':
      return `${question.again ? 'That was not it. ' : ''}Passphrase of ${question.file}: `;
    case 'keyboard-interactive':
      return question.prompt;
    case 'sudo-password':
      return `Password of ${question.user} on ${question.host}, for sudo: `;
  }
}
