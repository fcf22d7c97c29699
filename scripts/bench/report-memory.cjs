'use strict';
// Preloaded into a process: writes down, as it ends, the most memory that it ever held, in MB.
process.on('exit', () => {
  require('node:fs').writeFileSync('memory', String((process.resourceUsage().maxRSS * 1024) / 1e6));
});
