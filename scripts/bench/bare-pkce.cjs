'use strict';
// The least that `sgid pkce` can take: commander, which reads the command line, and node:crypto. Nothing else.
const { createHash, randomBytes } = require('node:crypto');
const { Command } = require('commander');

const program = new Command('bare').option('--no-color').option('-q, --quiet').option('-v, --verbose');
program.command('pkce').action(() => {
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  process.stdout.write(
    `${JSON.stringify({ codeVerifier, codeChallenge, codeChallengeMethod: 'S256' }, null, 2)}\n`,
  );
});
program.parse();
