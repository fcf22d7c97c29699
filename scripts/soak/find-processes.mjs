// Which processes of a run there are, for the soak and for its test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * The ids of the processes that have the folder in their environment, where the system lists them.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function findProcesses(folder) {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/environ`, 'latin1').includes(folder);
    } catch {
      // Gone, or another user's.
      return false;
    }
  });
}
