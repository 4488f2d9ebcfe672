import { defineConfig } from 'vitest/config';
import { shellTexts } from './scripts/shell-texts.mjs';

export default defineConfig({
  plugins: [shellTexts],
  test: {
    include: ['test/lab/**/*.lab.test.ts'],
    globalSetup: ['./test/lab/global-setup.ts'],
    reporters: ['default', './test/skipped-reporter.ts'],
    // Each file has labs of its own, and much of their time is waiting: three of them keep two cores busy.
    maxWorkers: 3,
    // Only what hangs may meet it, on a machine that does other work at the same time as well.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  },
});
