#!/bin/sh
# The shell of npm's scripts in these tests: another port, which is free, in place of the 3000 of the guides.
# npm calls it with -c and the script.
exec sh -c "$(printf %s "$2" | sed "s/\([: ]\)3000/\1$GUIDE_PORT/g")"
