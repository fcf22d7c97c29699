'use strict';
// Loaded with --require before the built program: from one reading of the wall clock on, or at one, it shows another time.
const { appendFileSync } = require('node:fs');

const { at, to, by, once, log } = JSON.parse(process.env.MOVING_CLOCK);
delete process.env.MOVING_CLOCK;
const { now } = Date;
let count = 0;

function read() {
  count += 1;
  if (log) appendFileSync(log, '.');
  if (once ? count !== at : count < at) return now();
  return to ?? now() + by;
}

globalThis.Date = class extends Date {
  constructor(...values) {
    super(...(values.length === 0 ? [read()] : values));
  }

  static now() {
    return read();
  }
};
