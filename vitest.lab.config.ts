import { defineConfig } from 'vitest/config';
import { shellTexts } from './scripts/shell-texts.mjs';

export default defineConfig({
  plugins: [shellTexts],
  test: {
    include: ['test/lab/**/*.lab.test.ts'],
    globalSetup: ['./test/lab/global-setup.ts'],
    reporters: ['default', './test/skipped-reporter.ts'],
    // Each file has labs of its own, and most of their time is waiting.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  },
});
