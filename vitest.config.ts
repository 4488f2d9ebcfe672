import { defineConfig } from 'vitest/config';
import { shellTexts } from './scripts/shell-texts.mjs';

export default defineConfig({
  plugins: [shellTexts],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lab/**'],
    reporters: ['default', './test/skipped-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  },
});
