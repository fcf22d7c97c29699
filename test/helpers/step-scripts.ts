/** Prints where a URL leads, as a browser would go there: `node location.mjs <url>`. */
const LOCATION = `
const answer = await fetch(process.argv[2], { redirect: 'manual' });
console.log(answer.headers.get('location'));
`;

/** Prints one member of a JSON file: `node member.mjs <file> <name>`. */
const MEMBER = `
import { readFileSync } from 'node:fs';
console.log(JSON.parse(readFileSync(process.argv[2], 'utf8'))[process.argv[3]]);
`;

/** Prints the userinfo reply for the tokens in a file, as it comes: `node userinfo.mjs <file>`. */
const USERINFO = `
import { readFileSync } from 'node:fs';
const { accessToken } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const headers = { authorization: 'Bearer ' + accessToken };
const answer = await fetch(process.env.SGID_HOSTNAME + '/v2/oauth/userinfo', { headers });
console.log(await answer.text());
`;

/** The files that the scripts need in their folder. */
export const STEP_FILES: Readonly<Record<string, string>> = {
  'location.mjs': LOCATION,
  'member.mjs': MEMBER,
  'userinfo.mjs': USERINFO,
};

/** Short names for what the scripts use. */
const PRELUDE = `
set -e
# What a redirection makes is for this user alone: tokens and transactions are secrets.
umask 077
location() { "$NODE" location.mjs "$1"; }
member() { "$NODE" member.mjs "$1" "$2"; }
`;

/** A login in POSIX shell, step by step. Prints what its last step does. */
export function stepScript(lines: string): string {
  return `${PRELUDE}${lines}`;
}

/** The five steps, each by itself, with the verifier kept apart from the transaction. */
export const FIVE_STEPS: string = stepScript(`
$SGID pkce > pkce.json
$SGID authorize-url --code-challenge "$(member pkce.json codeChallenge)" > transaction.json
url=$(location "$(member transaction.json url)")
$SGID callback --transaction transaction.json --code-verifier "$(member pkce.json codeVerifier)" "$url" > tokens.json
$SGID userinfo < tokens.json
`);

/** The whole login as the contract has it. */
export const ONE_PIPE: string = stepScript(`
$SGID authorize-url --out transaction.json
url=$(location "$(member transaction.json url)")
$SGID callback --transaction transaction.json "$url" | $SGID userinfo
`);

/** The same without any file: the transaction goes through a variable, and each value by itself. */
export const NO_FILES: string = stepScript(`
$SGID authorize-url --state my-state --nonce my-nonce --code-challenge zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk |
  "$NODE" -p 'JSON.parse(require("fs").readFileSync(0)).url' > url.txt
url=$(location "$(cat url.txt)")
$SGID callback "$url" --state my-state --nonce my-nonce \\
  --code-verifier bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S | $SGID userinfo --token -
`);

/** Fetches the reply with another program, and decrypts it offline. */
export const OFFLINE: string = stepScript(`
$SGID authorize-url --out transaction.json
url=$(location "$(member transaction.json url)")
printf '%s\\n' "$url" | $SGID callback --transaction transaction.json --out tokens.json
"$NODE" userinfo.mjs tokens.json > reply.json
SGID_HOSTNAME=http://127.0.0.1:1 $SGID decrypt reply.json
`);

/** Looks at the ID token in between. */
export const INSPECTED: string = stepScript(`
$SGID authorize-url --out transaction.json
url=$(location "$(member transaction.json url)")
$SGID callback --transaction transaction.json "$url" |
  $SGID inspect --verify --nonce "$(member transaction.json nonce)"
`);
