/** What a structured field is made of (RFC 5322 §3.2): words, comments without their parentheses, and marks. */
export type Word =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: ';' | '=' };

/** Comments in comments that are told apart; deeper ones are text. */
const deepest = 20;

/**
 * Parts a structured field's value. Quotes and escapes are taken off. An equals sign is a mark only where it follows a
 * name, so that base64 keeps those at its end. Never throws; what is not closed ends with the value.
 */
export function wordsOf(value: string): readonly Word[] {
  const words: Word[] = [];
  let text = '';
  let isOpen = false;
  let isAfterEquals = false;
  const close = () => {
    if (isOpen) {
      words.push({ kind: 'word', text });
      isAfterEquals = false;
    }
    text = '';
    isOpen = false;
  };

  for (let at = 0; at < value.length; ) {
    const character = value[at] ?? '';
    if (character === '"') {
      const quoted = quotedAt(value, at);
      text += quoted.text;
      isOpen = true;
      at = quoted.end;
      continue;
    }
    if (character === '(') {
      close();
      const comment = commentAt(value, at);
      words.push({ kind: 'comment', text: comment.text });
      at = comment.end;
      continue;
    }
    if (character === ';') {
      close();
      words.push({ kind: 'mark', text: ';' });
      isAfterEquals = false;
    } else if (/\s/.test(character)) {
      close();
    } else if (character === '=' && !isAfterEquals) {
      close();
      words.push({ kind: 'mark', text: '=' });
      isAfterEquals = true;
    } else {
      text += character;
      isOpen = true;
    }
    at += 1;
  }
  close();
  return words;
}

interface Piece {
  readonly text: string;
  /** Where to go on. */
  readonly end: number;
}

function quotedAt(value: string, start: number): Piece {
  let text = '';
  let at = start + 1;
  for (; at < value.length && value[at] !== '"'; at += 1) {
    if (value[at] === '\\') at += 1;
    text += value[at] ?? '';
  }
  return { text, end: at + 1 };
}

function commentAt(value: string, start: number): Piece {
  let text = '';
  let depth = 1;
  let at = start + 1;
  for (; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (character === '\\') {
      at += 1;
      text += value[at] ?? '';
      continue;
    }
    if (character === '(' && depth < deepest) depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0) break;
    text += character;
  }
  return { text: text.trim(), end: at + 1 };
}
