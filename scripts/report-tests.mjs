// Prints what failed and the closing line of CI, from the JSON reports that vitest leaves behind.
import { existsSync, readFileSync } from 'node:fs';

const reports = ['coverage/results.json', 'coverage/guides.json'].map(read);
for (const failure of reports.flatMap(({ failures }) => failures)) console.log(failure);
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
const failed = reports.reduce((sum, { failures }) => sum + failures.length, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = reports.every(({ success }) => success) ? 0 : 1;

function read(path) {
  // Nothing ran, and that is a failure.
  if (!existsSync(path)) return { passed: 0, failures: [`FAIL ${path}: there is none`], success: false };
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === 'failed');
    // A file that cannot be loaded has no test that failed.
    if (failed.length === 0)
      return status === 'failed' ? [`FAIL ${name}\n${message || 'A hook failed: see above.'}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) => `FAIL ${name}: ${fullName}\n${failureMessages.join('\n')}`,
    );
  });
  return { passed: report.numPassedTests, failures, success: report.success && report.numPassedTests > 0 };
}
