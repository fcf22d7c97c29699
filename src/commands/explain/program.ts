import type { SomeExplanations } from './explanation.ts';

/** The command line itself, its output, and signals. */
export const PROGRAM = {
  ERR_USAGE: {
    summary: 'the command line is not understood',
    meaning:
      'A command or option is unknown, a value is missing or not allowed, two options contradict each other, or something was to be read from a terminal. Nothing was done.',
    causes: [
      {
        cause: 'a name is misspelt',
        confirm: 'The message suggests the nearest one.',
        mend: 'Look at `sgid --help` or `sgid <command> --help`.',
      },
      {
        cause: 'a value with spaces stands without quotes',
        confirm: 'The message speaks of too many arguments.',
        mend: 'Put it between quotes: `--scope "openid myinfo.name"`.',
      },
      {
        cause: 'a secret was to be given as the value of an option; there are no such options on purpose',
        confirm: 'You looked for `--client-secret`, `--private-key` or `--passphrase`.',
        mend: 'Other users of the machine can read a command line. Use a variable or a file, as the hint says.',
      },
      {
        cause: 'two options contradict each other, or both read standard input',
        confirm: 'The message names the two.',
        mend: 'Leave one out, or give one of them the path of a file.',
      },
    ],
  },
  ERR_OUTPUT: {
    summary: 'the result could not be written',
    meaning:
      'The file of `--out`, another file that a command writes, or standard output could not be written. A file is written whole or not at all. `--out` is prepared before anything is sent, so that no login is spent on a folder that is not there.',
    causes: [
      {
        cause: 'the folder does not exist, or may not be written',
        confirm: 'The message says which; `ls -ld <folder>`.',
        mend: 'Create it with `mkdir -p`, or name another.',
      },
      {
        cause: 'the file exists, and holds a key that would be lost',
        confirm: 'The command was `sgid key`, and the message says that it exists already.',
        mend: 'Name another file, or move that one away.',
      },
      {
        cause: 'the path is a folder, a symbolic link, or a pipe that nobody reads',
        confirm: 'The message says so.',
        mend: 'Name a regular file, or leave `--out` away and redirect standard output.',
      },
      {
        cause: 'no space is left',
        confirm: '`df <folder>`.',
        mend: 'Free some, or write elsewhere.',
      },
      {
        cause: 'in GitHub Actions, a claim holds a command to the runner',
        confirm: 'The message says so.',
        mend: 'Write the result to a file with `--out`, or print it as JSON.',
      },
    ],
  },
  ERR_EXPECTATION: {
    summary: 'an --expect does not hold',
    meaning:
      'All else succeeded and the result was printed, but a claim that was expected is absent, or has another value. The message names each claim that failed, never its value.',
    causes: [
      {
        cause: 'the claim was not asked for',
        confirm: 'It is not among the claims that came, which the hint lists.',
        mend: 'Add its scope with `--scope`.',
      },
      {
        cause: 'the person has no such value: then sgID sends the text NA',
        confirm: '`--field <claim>` prints it.',
        mend: 'Expect what may come, for example `--expect "myinfo.email~@"`.',
      },
      {
        cause: 'the value is compared as a whole, and case, spaces and line breaks count',
        confirm: 'Print it with `--field <claim>`, and compare.',
        mend: 'Use a regular expression: `--expect "myinfo.name~^TAN "`.',
      },
      {
        cause: 'another person logged in',
        confirm: 'Their `sub` is another one.',
        mend: 'Log in as the person that the expectation is about.',
      },
    ],
  },
  ERR_CLAIM_ABSENT: {
    summary: 'the claim of --field did not come',
    meaning: 'All else succeeded, but the claim to print is not among those that came. Nothing was printed.',
    causes: [
      {
        cause: 'its scope was not asked for',
        confirm: 'The hint lists the claims that came.',
        mend: 'Add it: `sgid login --scope "openid myinfo.email" --field myinfo.email`.',
      },
      {
        cause: 'the name is misspelt',
        confirm: '`sgid scopes <part of the name>` finds the right one.',
        mend: 'Use the whole name, such as `myinfo.name`; the subject is `sub`.',
      },
      {
        cause: 'the client may not have it',
        confirm: 'The scope was asked for, and sgID answered without it.',
        mend: 'Have the scope granted in the developer portal.',
      },
    ],
  },
  ERR_INTERRUPTED: {
    summary: 'interrupted by Ctrl-C',
    meaning: 'The program got SIGINT. It gave the port free and left no file half written.',
    causes: [
      {
        cause: 'somebody pressed Ctrl-C, or a program sent SIGINT',
        confirm: 'The exit code is 130.',
        mend: 'Nothing; run it again. A code that was already exchanged is spent.',
      },
    ],
  },
  ERR_TERMINATED: {
    summary: 'ended by SIGTERM, or because the terminal was closed',
    meaning: 'The program got SIGTERM or SIGHUP. It gave the port free and left no file half written.',
    causes: [
      {
        cause: 'a supervisor, a CI system or `timeout` ended it',
        confirm: 'The exit code is 143. Look for a time limit of the job that is shorter than `--timeout`.',
        mend: 'Give the job more time, or the command less: `--timeout 1m`.',
      },
      {
        cause: 'the terminal or the SSH connection was closed',
        confirm: 'The message says so.',
        mend: 'Run it where the connection lasts, for example in `tmux`.',
      },
    ],
  },
  ERR_INTERNAL: {
    summary: 'an unexpected failure: a bug',
    meaning: 'Something went wrong that this program does not know of. It is not your fault.',
    causes: [
      {
        cause: 'a bug of this program',
        confirm: 'It happens again with the same command line.',
        mend: 'Please report it with `sgid --version`, the command line and what it prints with `--verbose`, but without secrets.',
      },
      {
        cause: 'the installation is damaged, or Node is older than 20.19',
        confirm: '`node --version` shows the version.',
        mend: 'Update Node, and install again: `npm install --global sgid-cli`.',
      },
    ],
  },
} satisfies SomeExplanations;
