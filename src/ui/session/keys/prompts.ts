import { always, canGenerate, canInterrupt, canQuit } from '../rules.ts';
import type { Place } from '../situation.ts';
import { interruptible } from '../situation.ts';
import type { Row } from './row.ts';
import { row, texts } from './row.ts';

const prompts: readonly Place[] = ['skip', 'search', 'edit', 'inputs', 'answer'];
const everywhere: readonly Place[] = [...texts, ...prompts, 'menu', 'copy'];

/** What answers, chooses, goes back and quits. */
export const promptKeys: readonly Row[] = [
  row(['menu', 'copy'], 'enter', {
    shown: 'Enter',
    label: 'choose',
    help: 'Does what the marked line says.',
    when: always,
    intent: 'choose',
    footer: 1,
  }),
  row(['skip', 'search', 'answer'], 'enter', {
    shown: 'Enter',
    label: ({ place }) => (place === 'skip' ? 'skip it' : place === 'search' ? 'search' : 'answer'),
    help: 'Takes what was typed.',
    when: always,
    intent: 'submit',
    footer: 1,
  }),
  row('trust', 't', {
    shown: 't',
    label: 'trust it',
    help: 'Lets this text of the guide run. If it ever changes, you are shown how and asked again.',
    when: always,
    intent: 'accept',
    footer: 1,
  }),
  row('changed', 'a', {
    shown: 'a',
    label: 'accept',
    help: 'Goes on with the changed guide.',
    when: always,
    intent: 'accept',
    footer: 1,
  }),
  row('host-key', 'y', {
    shown: 'y',
    label: 'yes',
    help: 'Accepts the key and remembers it in known_hosts.',
    when: always,
    intent: 'accept',
    footer: 1,
  }),
  row('host-key', ['n', 'escape'], {
    shown: 'n',
    label: 'no',
    help: 'Does not connect.',
    when: always,
    intent: 'refuse',
    footer: 2,
  }),
  row(['trust', 'changed', 'broken'], ['q', 'escape'], {
    shown: 'q',
    label: ({ place }) => (place === 'broken' ? 'quit' : 'no, quit'),
    help: 'Quits; nothing is run.',
    when: always,
    intent: 'quit',
    footer: 2,
  }),
  row('answer', 'escape', {
    shown: 'Esc',
    label: 'no answer',
    help: 'Gives no answer; connecting then says what it could not do.',
    when: always,
    intent: 'refuse',
    footer: 2,
  }),
  row('inputs', 'escape', {
    shown: 'Esc',
    label: 'quit (saved)',
    help: 'Quits; what was filled in so far is not kept.',
    when: always,
    intent: 'back',
    footer: 3,
  }),
  row(['menu', 'copy', 'skip', 'output', 'search', 'edit', 'help'], 'escape', {
    shown: 'Esc',
    label: 'back',
    help: 'Goes back without doing anything.',
    when: always,
    intent: 'back',
    footer: 4,
  }),
  row('output', ['o', 'q'], {
    shown: 'o',
    label: 'back',
    help: 'Goes back to the checkpoint.',
    when: always,
    intent: 'back',
    footer: null,
  }),
  row('help', ['?', 'q'], {
    shown: '?',
    label: 'back',
    help: 'Closes this page.',
    when: always,
    intent: 'back',
    footer: null,
  }),
  row([...texts.filter((place) => place !== 'help'), 'menu', 'copy'], '?', {
    shown: '?',
    label: 'help',
    help: 'Shows every key and what it does.',
    when: always,
    intent: 'help',
    footer: 20,
  }),
  row(['checkpoint', 'menu'], 'q', {
    shown: 'q',
    label: 'quit (saved)',
    help: 'Quits, saved; the same command goes on from here.',
    when: canQuit,
    intent: 'quit',
    footer: 21,
  }),
  row(everywhere, 'ctrl-c', {
    shown: 'Ctrl-C',
    label: ({ view }) => {
      const activity = interruptible(view);
      return activity?.kind === 'running' && activity.interrupts > 0 ? 'leave it running' : 'interrupt';
    },
    help: 'Interrupts the remote command; pressed again, leaves it running and stops following it. Also ends a wait.',
    when: canInterrupt,
    intent: 'interrupt',
    footer: 0,
  }),
  row(everywhere, 'ctrl-c', {
    shown: 'Ctrl-C',
    label: 'quit (saved)',
    help: 'Where nothing runs: quits.',
    when: always,
    intent: 'quit',
    footer: null,
  }),
  row(['edit', 'inputs'], ['enter'], {
    shown: 'Enter',
    label: ({ place, view, screen }) => {
      const form = screen.mode.kind === 'edit' ? screen.mode.form : screen.gateForm;
      return form !== null && form.focus < form.inputs.length - 1
        ? 'next'
        : place === 'edit' || view.gate === null
          ? 'save'
          : 'go on';
    },
    help: 'Goes to the next input; at the last one, takes them all.',
    when: always,
    intent: 'type',
    footer: 1,
  }),
  row(['edit', 'inputs'], 'ctrl-g', {
    shown: 'Ctrl-G',
    label: 'make one up',
    help: 'Makes up a strong password, and shows it until you go on; Brevduva keeps it nowhere.',
    when: canGenerate,
    intent: 'generate',
    footer: 2,
  }),
  row(['edit', 'inputs'], ['tab', 'shift-tab', 'up', 'down'], {
    shown: 'Tab ↑ ↓',
    label: 'move',
    help: 'Moves to another input.',
    when: always,
    intent: 'type',
    footer: 2,
  }),
];
