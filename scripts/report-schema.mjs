// Writes the published JSON Schema of reports from the types that the program itself uses.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundling } from './bundle.mjs';

const folder = await mkdtemp(join('node_modules', '.brevduva-schema-'));
try {
  const outfile = join(folder, 'schema.mjs');
  await build({ ...bundling, entryPoints: ['src/report/json-schema.ts'], outfile });
  const { reportJsonSchema } = await import(pathToFileURL(outfile).href);
  await writeFile('docs/report.schema.json', reportJsonSchema());
} finally {
  await rm(folder, { recursive: true, force: true });
}
