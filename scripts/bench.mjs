// Measures the built program; exits 1 when a ratio misses its limit.
import { benchMock } from './bench/mock.mjs';
import { benchStartUp } from './bench/start-up.mjs';

const startUp = benchStartUp();
const mock = await benchMock();
if (!startUp || !mock) process.exitCode = 1;
