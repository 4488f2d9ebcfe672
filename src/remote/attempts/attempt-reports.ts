/** What comes from the target about an attempt, beside its output (attempt-script.ts, on-target/follow.sh). */
export type AttemptReport =
  /** The action runs, or has run; `group`: its process group, where orders have to name it. */
  | { readonly kind: 'started'; readonly group: number | null }
  /** It is still there. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'void'; readonly why: string }
  | { readonly kind: 'output'; readonly name: string; readonly value: string }
  | { readonly kind: 'exited'; readonly status: number; readonly isCancelled: boolean }
  | { readonly kind: 'interrupted' }
  /** A cancelled attempt: whether nothing of its processes lives any more. */
  | { readonly kind: 'cancelled'; readonly isGone: boolean }
  /** The output there ends before the byte that was asked for. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'stands'; readonly state: AttemptState };

/** How a detached attempt stands, where it neither has ended nor is void: the words of on-target/state.sh. */
export type AttemptState = (typeof states)[number];

const states = ['none', 'unheard', 'taken', 'claimed', 'running', 'orphaned', 'lost', 'rebooted', 'damaged'] as const;

const longestLine = 70_000;

/** Reads reports out of a script's stderr; lines without the nonce (a shell's own complaints) are none. */
export class AttemptReports {
  readonly #prefix: string;
  readonly #decoder = new TextDecoder();
  #line = '';

  constructor(nonce: string) {
    this.#prefix = `${nonce} `;
  }

  /** Takes the next piece of the stream; gives the reports that are complete. */
  push(bytes: Uint8Array): readonly AttemptReport[] {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, longestLine);
    return lines.flatMap((line) => {
      if (!line.startsWith(this.#prefix)) return [];
      const report = parseReport(line.slice(this.#prefix.length));
      return report === undefined ? [] : [report];
    });
  }
}

function parseReport(line: string): AttemptReport | undefined {
  const blank = line.indexOf(' ');
  const word = blank === -1 ? line : line.slice(0, blank);
  const rest = blank === -1 ? '' : line.slice(blank + 1);
  switch (word) {
    case 'started':
      return { kind: 'started', group: /^\d+$/.test(rest) ? Number(rest) : null };
    case 'beat':
      return { kind: 'beat' };
    case 'void':
      return { kind: 'void', why: rest };
    case 'output':
      return parseOutput(rest);
    case 'exited':
      return parseExit(rest);
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'gone':
      return { kind: 'cancelled', isGone: true };
    case 'left':
      return { kind: 'cancelled', isGone: false };
    case 'short':
      return { kind: 'short', bytes: Number(rest) };
    default: {
      const state = states.find((each) => each === word);
      return state === undefined ? undefined : { kind: 'stands', state };
    }
  }
}

function parseExit(line: string): AttemptReport | undefined {
  const [, status, cancelled] = /^(\d+)( cancelled)?$/.exec(line) ?? [];
  return status === undefined
    ? undefined
    : { kind: 'exited', status: Number(status), isCancelled: cancelled !== undefined };
}

/** `key=value`, the key a valid shell name. Anything else that a script appended names no output. */
function parseOutput(line: string): AttemptReport | undefined {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : { kind: 'output', name, value };
}
