'use strict';
// The least that a provider can take to listen: node:crypto, and a server of node:http that answers nothing.
require('node:crypto');
const { createServer } = require('node:http');

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ hostname: `http://127.0.0.1:${server.address().port}` })}\n`);
});
