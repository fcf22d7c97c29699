// The browser of a login that opens one itself. The person is the one whose id comes first.
import { visit } from '../bench/visits.mjs';

const [persona, url] = process.argv.slice(2);
await visit(`${url}&login_hint=${persona}`);
