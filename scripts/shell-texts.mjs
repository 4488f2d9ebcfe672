// Shell scripts are imported as text (`with { type: 'text' }`): esbuild knows that by itself, Vite by this plugin.
import { readFileSync } from 'node:fs';

export const shellTexts = {
  name: 'shell-texts',
  enforce: 'pre',
  load(id) {
    if (!id.endsWith('.sh')) return null;
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`;
  },
};
