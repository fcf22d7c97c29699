import type { CheckReport, CheckResult } from '../check.ts';
import { type JunitCase, renderJunit } from './junit.ts';

/** The report for the test views of CI systems; a warning is a passed case that says something. */
export function renderJunitReport({ checks }: CheckReport): string {
  return renderJunit('sgid check', checks.map(toCase));
}

function toCase({ id, verdict, evidence, hint, code, durationMs }: CheckResult): JunitCase {
  const words = hint === undefined ? evidence : `${evidence}\nnext: ${hint}`;
  const base = { name: id, seconds: durationMs / 1000 };
  switch (verdict) {
    case 'fail':
      return { ...base, failure: { type: code ?? verdict, message: evidence, text: words } };
    case 'skip':
      return { ...base, skipped: evidence };
    case 'warn':
      return { ...base, output: `warning: ${words}` };
    case 'pass':
      return { ...base, output: words };
  }
}
