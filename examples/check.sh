#!/bin/sh
# Checks the sgID credentials in the environment, and prints what a failure means for the person on duty.
# Writes the report as JUnit XML to the file that is named, and ends with the exit code of sgid check.
#
#   sh examples/check.sh sgid.xml
set -u

report=${1:-sgid.xml}
${SGID:-sgid} check --format junit --out "$report"
status=$?

case $status in
  0) echo "The sgID credentials work." ;;
  2) echo "This script calls sgid with options that it does not understand." ;;
  3) echo "A credential is missing or unusable: compare the variables with the developer portal." ;;
  4) echo "sgID refuses the client, its secret or its redirect URI: compare them with the developer portal." ;;
  5) echo "sgID cannot be reached from here: try again later, or look at the network." ;;
  7) echo "What sgID publishes is inconsistent: trust no login until that is explained." ;;
  8) echo "The private key cannot decrypt what sgID encrypts: it is not that of the registered public key." ;;
  *) echo "The check did not finish." ;;
esac >&2
exit "$status"
