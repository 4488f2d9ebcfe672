import type { Interface } from 'node:readline';
import { LabError } from './error.ts';
import type { World } from './world/world.ts';

/** What a person can do to the lab's world while it is up: the provider's web panel, in words. */
export const deskHelp = `Here, at the provider’s panel, you can say:

  publish NAME TYPE VALUE    adds a DNS record: publish smtp.example.com A 203.0.113.10
  retract NAME TYPE          takes all records of that name and type away
  show NAME TYPE             what the name server has
  mail SUBJECT               waits for a message at the lab’s Gmail, and shows it
  quit                       takes everything down, as Ctrl-C does`;

/** Does what is typed, a line at a time, until `quit` or the end of the input. `say` gets each answer. */
export async function serveDesk(lines: Interface, world: World, say: (text: string) => void): Promise<'quit' | 'end'> {
  for await (const line of lines) {
    const [verb = '', ...words] = line.trim().split(/\s+/);
    if (verb === 'quit') return 'quit';
    if (verb !== '') say(await answer(verb, words, world));
  }
  return 'end';
}

async function answer(verb: string, words: readonly string[], world: World): Promise<string> {
  const [name = '', type = '', ...value] = words;
  try {
    switch (verb) {
      case 'publish':
        if (value.length === 0)
          return 'A record has a name, a type and a value: publish smtp.example.com A 203.0.113.10';
        await world.publish({ name, type, value: value.join(' ') });
        return `Published: ${name} ${type} ${value.join(' ')}`;
      case 'retract':
        if (type === '') return 'Say which: retract smtp.example.com A';
        await world.retract({ name, type });
        return `There is no ${type} record at ${name} any more.`;
      case 'show':
        return (await world.publishedNow(name, type)).join('\n') || `There is no ${type} record at ${name}.`;
      case 'mail':
        return await world.gmail.arrival(words.join(' '));
      default:
        return deskHelp;
    }
  } catch (error) {
    if (error instanceof LabError) return error.sentence;
    throw error;
  }
}
