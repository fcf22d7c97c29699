// Prints the closing line of CI from the JSON report that vitest leaves behind.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync('coverage/results.json', 'utf8'));
// A file that cannot be loaded has no test that failed.
const unloaded = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
);
console.log(`${report.numPassedTests} passed, ${report.numFailedTests + unloaded.length} failed`);
process.exitCode = report.success && report.numPassedTests > 0 ? 0 : 1;
