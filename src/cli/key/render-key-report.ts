import { pathForShell } from '../../config/file-errors.ts';
import type { KeyProblem, KeyReport } from '../../keys/inspect-key.ts';
import { renderJson } from '../output/render-json.ts';
import type { KeyInput } from './key-input.ts';

/** The document of `sgid key inspect`, with a final newline. Nothing in it is secret. */
export function renderKeyReport(
  { format, problems, ...report }: KeyReport,
  { container, readableByOthers, path, name }: KeyInput,
  unreadablePublicKey: boolean,
): string {
  const ofInput: KeyProblem[] = [];
  if (readableByOthers) {
    ofInput.push({
      id: 'readable-by-others',
      evidence: `other users of this machine can access ${name}`,
      hint: `Close it: chmod 600 ${pathForShell(path)}`,
    });
  }
  if (unreadablePublicKey) {
    ofInput.push({
      id: 'public-key-unreadable',
      evidence: `the public key in ${name} could not be read, and was not compared`,
      hint: 'Compare another copy of it: sgid key inspect --public-key <file> <this file>',
    });
  }
  const document = {
    format,
    ...(container === undefined ? {} : { container }),
    ...report,
    problems: [...problems, ...ofInput],
  };
  return renderJson(document);
}
