import { openJournal } from '../../src/session/journal.ts';

// Appends events until it is killed, and says the id of each once it is durable.
const journal = openJournal({ directory: process.argv[2] ?? '', now: () => new Date() });
for (;;) {
  const event = journal.append({ kind: 'input-set', name: 'domain', value: 'x'.repeat(300) });
  await new Promise<void>((resolve) => {
    process.stdout.write(`${event.id}\n`, () => resolve());
  });
}
