import type { CheckReport, CheckResult } from '../check.ts';

/** The report as a JSON value: `{"ok","checks":[{"id","verdict","evidence","hint","code"}]}`. */
export function toJsonReport({ ok, checks }: CheckReport): {
  readonly ok: boolean;
  readonly checks: readonly Omit<CheckResult, 'durationMs'>[];
} {
  return { ok, checks: checks.map(({ durationMs: _, ...rest }) => rest) };
}

/** The report as one JSON document. */
export function renderJsonReport(report: CheckReport): string {
  return `${JSON.stringify(toJsonReport(report), null, 2)}\n`;
}
