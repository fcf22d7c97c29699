import { nearestName } from '../../config/nearest-name.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { readScope, SCOPES } from '../../protocol/scopes.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass, warn } from '../finding.ts';

/** Whether the scope is well-formed, and its names are in the catalogue. */
export function checkScopes({ subject: { scope } }: CheckContext): CheckFinding {
  if (!scope.ok) return failBy(scope.error);
  const { unknown } = readScope(scope.value);
  if (unknown.length === 0) return pass(`${scope.value}, from ${scope.origin}`);
  const names = SCOPES.map(({ name }) => name);
  const near = unknown.flatMap((name) => nearestName(name, names) ?? []);
  return warn(
    `not in the catalogue: ${toPrintable(unknown.join(', '), 500)}`,
    near.length > 0
      ? `Did you mean ${near.join(', ')}? The catalogue: sgid scopes`
      : 'The provider may know more; the catalogue is: sgid scopes',
  );
}
