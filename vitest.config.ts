import { defineConfig } from 'vitest/config';
import { shellTexts } from './scripts/shell-texts.mjs';

export default defineConfig({
  plugins: [shellTexts],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lab/**'],
    reporters: ['default', './test/skipped-reporter.ts'],
    // Much of their time is waiting for real servers: two at a time keep two cores busy, and no more.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  },
});
