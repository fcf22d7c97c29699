import type { CheckReport } from '../check.ts';

/** The report as one JSON document: `{"ok","checks":[{"id","verdict","evidence","hint","code"}]}`. */
export function renderJsonReport({ ok, checks }: CheckReport): string {
  const entries = checks.map(({ id, verdict, evidence, hint, ...rest }) => ({
    id,
    verdict,
    evidence,
    ...(hint === undefined ? {} : { hint }),
    ...('code' in rest ? { code: rest.code } : {}),
  }));
  return `${JSON.stringify({ ok, checks: entries }, null, 2)}\n`;
}
