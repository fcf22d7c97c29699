// What the mutants of a room come to, less those that are accepted.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * Numbers of lines move: an entry has the text of the line that its mutant begins in. Blanks count as one. One entry is for
 * one mutant.
 *
 * @typedef {{ file: string, line: string, mutator: string, original: string, replacement: string, reason: string }} Accepted
 */

const oneLine = (text) => text.replace(/\s+/g, ' ');

export const keyOf = ({ file, line, mutator, original, replacement }) =>
  [file, `in ${line}`, mutator, `- ${original}`, `+ ${replacement}`].map(oneLine).join('\n  ');

/**
 * @param {readonly import('@stryker-mutator/api/core').MutantResult[]} mutants
 * @param {readonly Accepted[]} accepted Those of the same files.
 */
export function scoreMutants(mutants, accepted) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  // An error that no test caught fails a run, too.
  const killed = count('Killed', 'Timeout', 'RuntimeError');
  const unmatched = accepted.map(keyOf);
  const alive = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(describeMutant)
    .filter((mutant) => {
      const place = unmatched.indexOf(keyOf(mutant));
      if (place !== -1) unmatched.splice(place, 1);
      return place === -1;
    });
  return {
    score: killed + alive.length === 0 ? 100 : (100 * killed) / (killed + alive.length),
    counts: {
      killed,
      'timed out': count('Timeout'),
      survived: alive.filter(({ isCovered }) => isCovered).length,
      'no coverage': alive.filter(({ isCovered }) => !isCovered).length,
      accepted: accepted.length - unmatched.length,
    },
    alive,
    unmatched,
  };
}

/** @returns {Omit<Accepted, 'reason'> & { number: number, isCovered: boolean }} */
function describeMutant({ fileName, status, mutatorName, replacement, location: { start, end } }) {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const line = lines[0].trim();
  lines.push(lines.pop().slice(0, end.column - 1));
  lines[0] = lines[0].slice(start.column - 1);
  return {
    file: relative('.', fileName).replaceAll('\\', '/'),
    line,
    number: start.line,
    isCovered: status === 'Survived',
    mutator: mutatorName,
    original: lines.join('\n'),
    replacement,
  };
}
