import { domainOf } from '../domains.ts';
import type { Mailbox } from '../message.ts';
import { decodeWords } from './encoded-words.ts';
import { wordsOf } from './words.ts';

/** Addresses of one field that are read at most. */
const mostMailboxes = 100;

/** The addresses of a From or To field (RFC 5322 §3.4), names decoded. What has no address in it is there with an empty one. */
export function mailboxesOf(value: string): readonly Mailbox[] {
  return splitAddresses(value).slice(0, mostMailboxes).map(mailboxOf);
}

function mailboxOf(text: string): Mailbox {
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  const inAngles = open !== -1 && close !== -1;
  const address = inAngles ? text.slice(open + 1, close).trim() : bareAddress(text);
  const name = inAngles ? text.slice(0, open).trim() : '';
  return {
    name: decodeWords(unquoted(name)),
    address,
    domain: address.includes('@') ? domainOf(address) : '',
  };
}

/** An address without angle brackets: the first word that is one, outside of comments, `(Ida) i@example.com`. */
function bareAddress(text: string): string {
  const found = wordsOf(text).find((word) => word.kind === 'word' && word.text.includes('@'));
  return found?.text ?? '';
}

function unquoted(name: string): string {
  return name.startsWith('"') && name.endsWith('"') && name.length > 1
    ? name.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : name;
}

/** Parts at the commas outside of quotes, comments and angle brackets. A group's name and end (`friends: …;`) are left out. */
function splitAddresses(value: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let depth = 0;
  let isInAngles = false;
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (character === '\\' && (isQuoted || depth > 0)) {
      part += character + (value[at + 1] ?? '');
      at += 1;
      continue;
    }
    if (character === '"' && depth === 0) isQuoted = !isQuoted;
    else if (!isQuoted && character === '(') depth += 1;
    else if (!isQuoted && character === ')') depth = Math.max(0, depth - 1);
    else if (!isQuoted && depth === 0) {
      if (character === '<') isInAngles = true;
      if (character === '>') isInAngles = false;
      if (!isInAngles && (character === ',' || character === ';')) {
        parts.push(part);
        part = '';
        continue;
      }
      if (!isInAngles && character === ':') {
        part = '';
        continue;
      }
    }
    part += character;
  }
  parts.push(part);
  return parts.map((text) => text.trim()).filter((text) => text !== '');
}
