import { start } from './start.js';

const { origin } = await start();
console.log(`Open ${origin}/`);
