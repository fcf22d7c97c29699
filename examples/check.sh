#!/bin/sh
# Checks the sgID credentials that are in the environment, and says what a failure means for the one who is on duty.
# Writes the report as JUnit XML to the file that is named, and ends with the exit code of sgid check.
#
#   sh examples/check.sh sgid.xml
set -u

report=${1:-sgid.xml}
${SGID:-sgid} check --format junit --out "$report"
status=$?

case $status in
  0) echo "The sgID credentials work." ;;
  2) echo "This script calls sgid in a way that it does not understand." ;;
  3) echo "A credential is missing or unusable: compare the variables with the developer portal." ;;
  4) echo "sgID refuses the client, its secret or its redirect URI: someone has changed the registration." ;;
  5) echo "sgID cannot be reached from here: try again later, or look at the network." ;;
  7) echo "What sgID says of itself does not fit together: trust no login until that is explained." ;;
  8) echo "The private key does not open what sgID encrypts: it is not that of the registered public key." ;;
  *) echo "The check did not come to its end." ;;
esac >&2
exit "$status"
