import type { Place } from '../error.ts';
import { durationForm, readDuration } from './duration.ts';
import type { Complain } from './error.ts';
import type { Machine, Poll } from './guide.ts';
import { didYouMean, listed, nearest } from './nearest.ts';

/** What a fence is for. */
export type Role = 'run' | 'verify' | 'records' | 'hint' | 'undo';
/** The languages that a fence with a role can have. */
export type RoleLanguage = 'sh' | 'yaml';

/** What a fence's info string says. `prose`: it has no role and is only shown; `refused`: it was complained of. */
export type FenceRole =
  | { readonly kind: 'prose' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'role';
      readonly language: RoleLanguage;
      readonly role: Role;
      readonly on: Machine;
      readonly poll: Poll;
    };

type Attributes = Readonly<Partial<Record<Attribute, string>>>;
type Attribute = 'on' | 'every' | 'for';

/** Which roles a language can have, and which attributes each takes. */
const roles: Readonly<Record<RoleLanguage, Readonly<Partial<Record<Role, readonly Attribute[]>>>>> = {
  sh: { run: ['on'], verify: ['every', 'for', 'on'], hint: ['on'], undo: ['on'] },
  yaml: { verify: ['every', 'for'], records: [] },
};
const roleWords: readonly Role[] = ['run', 'verify', 'records', 'hint', 'undo'];

/** Seconds between two looks where a fence says `for=` but not `every=`. */
const everyDefault = 5;

/** Reads a fence's info string: `sh verify every=5s for=2m`. A fence without a role, in any language, is prose. */
export function readFenceRole(info: string, place: Place, complain: Complain): FenceRole {
  const [first = '', ...words] = info.split(/\s+/).filter((word) => word !== '');
  const isOurs = first === 'sh' || first === 'yaml';
  if (!isOurs && !mentionsRole(first, words)) return { kind: 'prose' };
  if (isOurs && words.length === 0) return { kind: 'prose' };
  const refuse = (sentence: string, remedy: string): FenceRole => {
    complain({ sentence, place, remedy });
    return { kind: 'refused' };
  };

  const [roleWord = '', ...attributeWords] = words;
  const role = roleWords.find((word) => word === roleWord);
  if (isRole(first)) return refuse(`A fence begins with its language, not with \`${first}\`.`, written(first));
  if (role === undefined) {
    return refuse(
      `\`${roleWord}\` is no role of a \`${first}\` fence.`,
      nearest(roleWord, roleWords) === undefined
        ? `The roles are ${listed(Object.keys(isOurs ? roles[first] : roles.sh))}; a fence that only shows something has none.`
        : didYouMean(roleWord, roleWords, 'role'),
    );
  }
  if (!isOurs || roles[first][role] === undefined) {
    return refuse(`A \`${role}\` fence cannot be \`${first}\`.`, written(role));
  }

  const allowed = roles[first][role];
  const attributes = readAttributes(attributeWords, allowed, { place, complain, fence: `${first} ${role}` });
  if (attributes === undefined) return { kind: 'refused' };
  const poll = readPoll(attributes, place, complain);
  if (poll === undefined) return { kind: 'refused' };
  return { kind: 'role', language: first, role, on: attributes.on === 'here' ? 'here' : 'target', poll };
}

/** Whether an info string asks for a role, rightly or not: what tells a step from other Markdown. */
export function hasRole(info: string): boolean {
  const [first = '', ...words] = info.split(/\s+/);
  return mentionsRole(first, words) && !isRole(first);
}

function mentionsRole(first: string, words: readonly string[]): boolean {
  return isRole(first) || isRole(words[0] ?? '');
}

function isRole(word: string): word is Role {
  return roleWords.some((role) => role === word);
}

function written(role: Role): string {
  const languages = (['sh', 'yaml'] as const).filter((language) => roles[language][role] !== undefined);
  return `Write ${listed(
    languages.map((language) => `${language} ${role}`),
    'or',
  )}.`;
}

function readAttributes(
  words: readonly string[],
  allowed: readonly Attribute[],
  about: { readonly place: Place; readonly complain: Complain; readonly fence: string },
): Attributes | undefined {
  const found: Partial<Record<Attribute, string>> = {};
  let isSound = true;
  const refuse = (sentence: string, remedy: string) => {
    about.complain({ sentence, place: about.place, remedy });
    isSound = false;
  };
  for (const word of words) {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    const attribute = allowed.find((one) => one === name);
    if (attribute === undefined) {
      refuse(`\`${name}\` is no attribute of a \`${about.fence}\` fence.`, unknownAttribute(name, allowed));
    } else if (found[attribute] !== undefined) {
      refuse(`\`${attribute}=\` is given twice.`, 'Keep one of them.');
    } else if (attribute === 'on' && value !== 'here' && value !== 'target') {
      refuse(`\`on=${value}\` names no machine.`, didYouMean(value, ['here', 'target'], 'machine'));
    } else if (attribute !== 'on' && readDuration(value) === undefined) {
      refuse(`\`${attribute}=${value}\` is no duration.`, `Write ${durationForm}.`);
    } else {
      found[attribute] = value;
    }
  }
  return isSound ? found : undefined;
}

function unknownAttribute(name: string, allowed: readonly Attribute[]): string {
  if (allowed.length === 0) return 'Take it out: this fence has no attributes.';
  const near = nearest(name, allowed);
  if (near !== undefined) return `Did you mean \`${near}=\`?`;
  if (nearest(name, roleWords) !== undefined) return 'A fence has one role; use two fences.';
  return `The known ones are ${listed(allowed.map((attribute) => `${attribute}=`))}.`;
}

function readPoll(attributes: Attributes, place: Place, complain: Complain): Poll | undefined {
  if (attributes.for === undefined) {
    if (attributes.every === undefined) return { every: everyDefault, for: 0 };
    complain({
      sentence: '`every=` without `for=` would ask only once.',
      place,
      remedy: 'Add how long to go on asking, such as `for=2m`.',
    });
    return undefined;
  }
  const poll = { every: readDuration(attributes.every ?? '') ?? everyDefault, for: readDuration(attributes.for) ?? 0 };
  if (poll.every <= poll.for || attributes.every === undefined) return poll;
  complain({ sentence: '`every=` is longer than `for=`.', place, remedy: 'Make `for=` the longer one.' });
  return undefined;
}
