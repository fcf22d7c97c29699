// Prints the closing line of CI from the JSON reports that vitest leaves behind.
import { existsSync, readFileSync } from 'node:fs';

const reports = ['coverage/results.json', 'coverage/guides.json'].map(read);
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
const failed = reports.reduce((sum, report) => sum + report.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = reports.every(({ success }) => success) ? 0 : 1;

function read(path) {
  // Nothing ran, and that is a failure.
  if (!existsSync(path)) return { passed: 0, failed: 1, success: false };
  const report = JSON.parse(readFileSync(path, 'utf8'));
  // A file that cannot be loaded has no test that failed.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    success: report.success && report.numPassedTests > 0,
  };
}
