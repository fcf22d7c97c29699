'use strict';
// Preloaded into a process: writes down, as it ends, the most memory that it ever held, in MB.
process.on('exit', () => {
  const { peakMemory } = require('./peak-memory.cjs');
  require('node:fs').writeFileSync('memory', String(peakMemory(process.pid)));
});
