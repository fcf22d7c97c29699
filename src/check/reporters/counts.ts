import { type CheckReport, countVerdicts } from '../check.ts';

/** How the checks came out, in a line: `11 passed, 0 failed, 2 skipped`. */
export function renderCounts(report: CheckReport): string {
  const { pass, fail, warn, skip } = countVerdicts(report);
  const counts = [`${pass} passed`, `${fail} failed`];
  if (warn > 0) counts.push(`${warn} to look at`);
  if (skip > 0) counts.push(`${skip} skipped`);
  return counts.join(', ');
}
