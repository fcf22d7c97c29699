'use strict';
const { readFileSync } = require('node:fs');

/**
 * The most memory that a process ever held, in MB; `undefined` where only the process itself can tell.
 *
 * @param {number} pid
 */
function peakMemory(pid) {
  // What Node tells of itself as maxRSS would on Linux be that of its parent, if that was larger when it started.
  if (process.platform === 'linux') {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  }
  return pid === process.pid ? (process.resourceUsage().maxRSS * 1024) / 1e6 : undefined;
}

module.exports = { peakMemory };
