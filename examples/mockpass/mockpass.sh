#!/bin/sh
# Runs an application against MockPass: sh mockpass.sh <redirect URI> <command>
export MOCKPASS_PORT="${MOCKPASS_PORT:-5156}"
export MOCKPASS_NRIC=S9812379B
export SHOW_LOGIN_PAGE=true

export SGID_HOSTNAME="http://localhost:$MOCKPASS_PORT"
export SGID_CLIENT_ID=anything
export SGID_CLIENT_SECRET=anything
export SGID_REDIRECT_URI="$1"
SGID_PRIVATE_KEY="$(cat node_modules/@opengovsg/mockpass/static/certs/key.pem)"
export SGID_PRIVATE_KEY

shift
node -e '
  const end = () => process.exit(console.error(`Port ${process.env.MOCKPASS_PORT} is taken: name another in MOCKPASS_PORT.`) ?? 1);
  require("node:net").createServer().on("error", end).listen(process.env.MOCKPASS_PORT, () => process.exit());
' || exit
mockpass &
trap 'kill $!' EXIT
"$@"
