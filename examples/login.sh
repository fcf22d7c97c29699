#!/bin/sh
# A whole sgID login with nothing but sh and curl, against a mock:
#
#   sgid mock -- sh -c 'sh examples/login.sh zoe | sgid decrypt'
#
# Takes SGID_HOSTNAME, SGID_CLIENT_ID, SGID_CLIENT_SECRET and SGID_REDIRECT_URI from the environment, logs the
# persona in (wei-ming unless told) and prints the userinfo reply. Its data is encrypted to the client's key;
# "sgid decrypt" opens it with the private key of the client.
#
# A test does with less than an application: that makes a new code verifier, state and nonce for each login, and
# verifies the ID token.
set -eu

persona=${1:-wei-ming}
scope=${2:-openid myinfo.name}
: "${SGID_HOSTNAME:?}" "${SGID_CLIENT_ID:?}" "${SGID_CLIENT_SECRET:?}" "${SGID_REDIRECT_URI:?}"

# The example of the sgID documentation: a code verifier and its hash (PKCE, RFC 7636).
verifier=bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S
challenge=zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk
state=shell-test-$$

fail() {
  echo "login.sh: $1" >&2
  exit 1
}

# 1. Authorize. The mock's login_hint stands for the person who scans and consents.
location=$(curl -sS --get -o /dev/null -w '%{redirect_url}' "$SGID_HOSTNAME/v2/oauth/authorize" \
  --data-urlencode response_type=code \
  --data-urlencode "client_id=$SGID_CLIENT_ID" \
  --data-urlencode "redirect_uri=$SGID_REDIRECT_URI" \
  --data-urlencode "scope=$scope" \
  --data-urlencode "state=$state" \
  --data-urlencode "code_challenge=$challenge" \
  --data-urlencode code_challenge_method=S256 \
  --data-urlencode "login_hint=$persona")
[ -n "$location" ] || fail 'no redirect: is the client, the redirect URI or the persona wrong?'

# 2. The callback: the state first, then the code.
parameter() {
  printf '%s\n' "$location" | sed -n "s/.*[?&]$1=\([^&]*\).*/\1/p"
}
[ "$(parameter state)" = "$state" ] || fail 'the callback carries another state'
code=$(parameter code)
[ -n "$code" ] || fail "the login failed: $(parameter error)"

# 3. The code for tokens. curl reads the form from its standard input, so that no secret shows in the process
#    list.
field() {
  printf 'data-urlencode = "%s=%s"\n' "$1" "$(printf %s "$2" | sed 's/[\\"]/\\&/g')"
}
tokens=$({
  field grant_type authorization_code
  field client_id "$SGID_CLIENT_ID"
  field client_secret "$SGID_CLIENT_SECRET"
  field code "$code"
  field redirect_uri "$SGID_REDIRECT_URI"
  field code_verifier "$verifier"
} | curl -sS --config - "$SGID_HOSTNAME/v2/oauth/token")
access_token=$(printf '%s\n' "$tokens" | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
[ -n "$access_token" ] || fail "no token: $tokens"

# 4. The person's data.
printf 'header = "Authorization: Bearer %s"\n' "$access_token" |
  curl -sS --fail --config - "$SGID_HOSTNAME/v2/oauth/userinfo"
echo
