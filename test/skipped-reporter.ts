import type { Reporter, TestModule } from 'vitest/node';

/** Names every skipped test and counts them, so that what was not tested cannot be overlooked. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state] += 1;
        if (state === 'skipped') skipped.push(`  ${module.relativeModuleId}: ${test.fullName}`);
      }
    }
    if (skipped.length > 0) console.log(`${skipped.length} tests were skipped:\n${skipped.join('\n')}`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
