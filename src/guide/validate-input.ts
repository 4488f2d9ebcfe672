import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { deceptiveCharacter, shown } from './characters.ts';
import type { InputSpec } from './guide.ts';
import { didYouMean } from './nearest.ts';

/** Whether a text can be an input's value: the value in its canonical form, or what is wrong with the text. */
export type InputAnswer =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly sentence: string };

/** Characters that a text or a secret may have; a shell variable holds more, but nobody types more. */
const longestText = 1000;

/**
 * Checks what a person typed for an input. An optional input may be empty. The sentence names the input by its label,
 * and shows what was typed unless it is a secret.
 */
export function validateInput(
  spec: Pick<InputSpec, 'type' | 'label' | 'optional' | 'choices'>,
  typed: string,
): InputAnswer {
  if (spec.type === 'secret') return typed === '' && spec.optional ? valid('') : secret(spec.label, typed);
  const text = typed.trim();
  if (text === '') return spec.optional ? valid('') : invalid(`${spec.label} is needed.`);
  const found = deceptiveCharacter(text);
  if (text.includes('\n')) return invalid(`${spec.label} must be one line.`);
  if (found !== undefined) return invalid(`${spec.label} holds the invisible character ${found.name}.`);
  switch (spec.type) {
    case 'domain':
      return asName(text, 'a domain, such as example.com');
    case 'hostname':
      return asName(text, 'a full host name, such as mail.example.com');
    case 'ip':
      return ip(text);
    case 'email':
      return email(text);
    case 'choice':
      if (spec.choices.includes(text)) return valid(text);
      return invalid(`"${shown(text)}" is not among the choices. ${didYouMean(text, spec.choices, 'choice')}`);
    case 'text':
      return text.length <= longestText
        ? valid(text)
        : invalid(`${spec.label} must not be longer than ${longestText} characters.`);
    default:
      return spec.type satisfies never;
  }
}

function secret(label: string, typed: string): InputAnswer {
  if (typed === '') return invalid(`${label} is needed.`);
  // why: scripts read a secret as one line; a newline would end it early, and no shell variable holds a NUL
  if (/[\n\r\0]/.test(typed)) return invalid(`${label} must be one line, without a NUL character.`);
  return typed.length <= longestText
    ? valid(typed)
    : invalid(`${label} must not be longer than ${longestText} characters.`);
}

function asName(text: string, wanted: string): InputAnswer {
  const fault = nameFaultOf(text);
  if (fault !== undefined) return invalid(`"${shown(text)}" is not ${wanted}: ${fault}.`);
  return valid(asciiName(text));
}

/** The name in lower case, IDNA-encoded (UTS #46), without a final dot. */
function asciiName(text: string): string {
  return domainToASCII(text).toLowerCase().replace(/\.$/, '');
}

/** RFC 1035 §2.3.4 (63 and 255 octets), RFC 1123 §2.1 (letters, digits, hyphens), RFC 3696 §2 (top level not all digits). */
function nameFaultOf(text: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'leave out the part before and with //';
  if (text.includes('@')) return 'leave out all up to the @';
  if (isIP(text) !== 0) return 'that is an address, and a name is wanted';
  // why: domainToASCII reads a host as a URL does, and so takes a path or %41 silently
  const odd = /[\s/\\:?#%[\]*_,;"'()&$!=+<>|^`{}~]/.exec(text)?.[0];
  if (odd !== undefined) return `it must not have "${odd}"`;
  const ascii = asciiName(text);
  // why: the URL rules also read 1.2.3 as an address
  if (ascii === '' || isIP(ascii) !== 0 || hasFalseLabel(ascii)) return 'no such name can be registered (RFC 5891)';
  if (ascii.length > 253) return 'it is longer than 253 characters';
  const labels = ascii.split('.');
  if (labels.length < 2) return 'it has no dot';
  if (labels.includes('')) return 'it has an empty part between dots';
  if (labels.some((label) => label.length > 63)) return 'a part between dots is longer than 63 characters';
  if (labels.some((label) => !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))) {
    return 'each part between dots has letters, digits and inner hyphens only';
  }
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? 'its last part must not be a number' : undefined;
}

/** Canonical: IPv6 as RFC 5952 writes it. No zone (`%eth0`), which has a meaning on one machine only. */
function ip(text: string): InputAnswer {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 4) return valid(text);
  if (family === 6) return valid(new URL(`http://[${text}]/`).hostname.slice(1, -1));
  return invalid(`"${shown(text)}" is not an IP address, such as 203.0.113.10 or 2001:db8::10.`);
}

/** RFC 5321 §4.1.2 (dot-string local part) and §4.5.3.1 (64 and 254 octets); quoted local parts are left out on purpose. */
function email(text: string): InputAnswer {
  const refuse = (why: string) => invalid(`"${shown(text)}" is not an email address, such as me@example.com: ${why}.`);
  const at = text.lastIndexOf('@');
  if (at === -1) return refuse('it has no @');
  const local = text.slice(0, at);
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) {
    return refuse('before the @ it has letters, digits, and dots between them');
  }
  if (local.length > 64) return refuse('the part before the @ is longer than 64 characters');
  const domain = text.slice(at + 1);
  const fault = nameFaultOf(domain);
  if (fault !== undefined) return refuse(`after the @, ${fault}`);
  const value = `${local}@${asciiName(domain)}`;
  return value.length <= 254 ? valid(value) : refuse('it is longer than 254 characters');
}

function valid(value: string): InputAnswer {
  return { ok: true, value };
}

function invalid(sentence: string): InputAnswer {
  return { ok: false, sentence };
}

/** RFC 5890 §2.3.2.1: `xn--` must be followed by what decodes. Node's newer URL rules leave what does not as it is. */
function hasFalseLabel(ascii: string): boolean {
  return domainToUnicode(ascii)
    .split('.')
    .some((label) => label.startsWith('xn--'));
}
