import type { SomeExplanations } from './explanation.ts';

/** Credentials, and where they come from. */
export const CREDENTIALS = {
  ERR_MISSING_CREDENTIALS: {
    summary: 'a credential that the command needs was not found anywhere',
    meaning:
      'The command looked at its options, the `--credentials` file, the environment, the `.env` file and the profile, and at least one value that it needs was in none of them. The message names each missing value with its option and its variables. Nothing was sent and no browser was opened.',
    causes: [
      {
        cause: 'the values are in a file that is not in the current folder',
        confirm: '`.env` is looked for in the current folder alone; `ls -l .env` shows whether it is there.',
        mend: 'Change into the folder, or name the file: `sgid login -e path/to/.env`.',
      },
      {
        cause: 'a variable is set in the shell but not exported, or is empty',
        confirm:
          '`printenv SGID_CLIENT_ID` prints nothing then. The message says so of a variable that is set but empty.',
        mend: 'Export it: `export SGID_CLIENT_ID=...`, write it into `.env`, or save a profile with `sgid init`.',
      },
      {
        cause: 'a variable or field has another name than those that are known',
        confirm: '`sgid profile show --resolved` lists the values that were found, and where.',
        mend: 'Rename it; the variables are listed in the table of the README and in `sgid login --help`.',
      },
      {
        cause: 'no profile is chosen',
        confirm: '`sgid profile list` shows the profiles and which one is current.',
        mend: 'Choose one: `sgid profile use <name>`, or `-p <name>` for one command.',
      },
      {
        cause: 'the credentials file lists several redirect URIs, and none was chosen',
        confirm: 'A warning lists them.',
        mend: 'Choose one with `--redirect-uri <uri>`.',
      },
      {
        cause: 'there are no credentials yet',
        confirm: 'You have registered no client in the developer portal, https://developer.id.gov.sg.',
        mend: 'Register one, and import its credentials with `sgid init`; until then `sgid login --mock --persona wei-ming` works without.',
      },
    ],
  },
  ERR_CREDENTIALS_FILE: {
    summary: 'a credentials file is broken, holds several clients, or nothing that is known',
    meaning:
      "The file of `--credentials`, or the file that `sgid key` was given, is meant to be the developer portal's download: JSON, or lines as in a `.env`. It could be read, but not understood. `sgid mock` reports the clients of its `--client` file with this code as well. No message repeats a value of the file.",
    causes: [
      {
        cause: 'it is another kind of file: a key, a web page, an empty file',
        confirm: '`head -c 100 <file>` shows how it begins.',
        mend: 'A private key goes into `--private-key-file`. Otherwise download the file again.',
      },
      {
        cause: 'it is JSON with a mistake, such as a comma after the last member',
        confirm: 'The message has the line and column; `jq . <file>` finds it too.',
        mend: 'Correct it there, or download the file again.',
      },
      {
        cause: 'it holds more than one client, or two values of one kind that differ',
        confirm: 'The message says of which value there is more than one.',
        mend: 'Keep one client in the file.',
      },
      {
        cause: 'its fields have names that are not known',
        confirm: 'The message says that nothing was recognised.',
        mend: 'Name them clientId, clientSecret, privateKey, redirectUri, hostname and scopes, or SGID_CLIENT_ID and its like.',
      },
      {
        cause: 'a client of `sgid mock --client` lacks `openid` or has an unusable scope or public key',
        confirm: 'The message begins with "the mock client" and names it.',
        mend: 'Correct that client; its public key is RSA of 2048 bits or more, as `sgid key public <file>` prints it.',
      },
    ],
  },
  ERR_FILE: {
    summary: 'a file that was named cannot be read, or does not hold what it should',
    meaning:
      'A file, or standard input in its place, could not be opened, is empty, is larger than is read, or has the wrong content. Files of secrets, personas, clients, transactions and tokens are all read before anything is sent.',
    causes: [
      {
        cause: 'the path is wrong, or starts at another folder than you think',
        confirm:
          'The message says "does not exist". A path that does not begin with "/" starts at the current folder, and only a shell knows what "~" means.',
        mend: 'Write the path in full.',
      },
      {
        cause: 'this user may not read it',
        confirm: 'The message says so; `ls -l <file>` shows owner and mode.',
        mend: 'Give yourself access: `chmod u+r <file>`.',
      },
      {
        cause: 'a secret was given where a path belongs, or a key in a variable lost its line breaks',
        confirm: 'The message says that the value is not a path, or neither a key nor the path of one.',
        mend: 'Put a secret itself into SGID_CLIENT_SECRET or, between double quotes, SGID_PRIVATE_KEY.',
      },
      {
        cause: 'the command before it in a pipe failed, so that standard input is empty',
        confirm: 'Run that command by itself and look at what it prints and at `$?`.',
        mend: 'Mend the first error; `set -o pipefail` makes a shell script stop at it.',
      },
      {
        cause: 'its JSON is not what the command expects',
        confirm: 'The message has the place in the file and what must be there.',
        mend: 'Correct that place.',
      },
    ],
  },
  ERR_PROFILE: {
    summary: 'a profile does not exist, cannot be used, or cannot be saved',
    meaning:
      'A profile is a file of its own below the folder of settings: `~/.config/sgid/profiles` on Linux. It was asked for with `-p`, SGID_PROFILE or `sgid profile use`, or it was to be written. Nothing was sent.',
    causes: [
      {
        cause: 'there is no profile of that name',
        confirm: '`sgid profile list` shows those that exist; the message suggests the nearest.',
        mend: 'Use one of them, or `sgid profile use --none` when the current one is gone.',
      },
      {
        cause: 'a profile of that name exists already, and `sgid init` does not write over it unasked',
        confirm: 'The message says so.',
        mend: 'Choose another name, or add `--replace`.',
      },
      {
        cause: 'the name cannot be that of a profile',
        confirm: 'The message says what is wrong with it.',
        mend: 'Use lower-case letters, digits, dots, dashes and underscores.',
      },
      {
        cause: 'the file was edited and is not valid any more, or a later version of sgid wrote it',
        confirm: 'The message names the file and the place in it.',
        mend: 'Correct it, update sgid, or remove the profile with `sgid profile remove <name>`.',
      },
      {
        cause: 'the folder cannot be written, or there is none: neither HOME nor XDG_CONFIG_HOME is set',
        confirm:
          'The message names the folder or the variables; `ls -ld <folder>` shows who may write there.',
        mend: 'Set XDG_CONFIG_HOME to a folder that you may write.',
      },
      {
        cause: 'a symbolic link stands on the way to the file',
        confirm: 'The message names the link.',
        mend: 'Replace the link by what it points to, or set XDG_CONFIG_HOME to that folder.',
      },
    ],
  },
  ERR_SECRET_SOURCE: {
    summary: 'a profile keeps a secret elsewhere, and it could not be fetched from there',
    meaning:
      "A profile may say that a secret is in a variable (`env:`), in a file (`file:`), in the system's keyring, or is printed by a command (`command:`). That place gave no secret. Nothing was sent. `sgid init --store keyring` uses this code when the keyring does not keep one. A file that cannot be read is ERR_FILE.",
    causes: [
      {
        cause: 'the variable is not set in this shell',
        confirm: 'The message names it; `printenv <name>` prints nothing.',
        mend: 'Export it, or start the command where it is set.',
      },
      {
        cause: 'the command failed, waits for somebody to sign in, or took more than 30 seconds',
        confirm: 'Run it yourself. The message tells what it said on stderr; what it printed is never shown.',
        mend: 'Unlock or sign in to the program that it asks, and see that it prints the secret alone.',
      },
      {
        cause: 'the command was not found',
        confirm: 'The message says so; `command -v <program>` prints nothing.',
        mend: 'Install it, or write its path in full into the profile.',
      },
      {
        cause: 'the keyring is locked, or there is none, as on most servers and in containers',
        confirm: 'The message says whether it refused or cannot be reached.',
        mend: 'Unlock it, or let the profile use `env:`, `file:` or `command:` instead.',
      },
      {
        cause: 'the keyring does not hold the secret',
        confirm: 'The message names the service and account under which it was looked for.',
        mend: 'Store it there, or save the profile again: `sgid init --replace`.',
      },
    ],
  },
  ERR_PROVIDER_BINDING: {
    summary: 'a secret would go to another provider than the one that it was stored with',
    meaning:
      'The client secret, or an access token, comes from one place, and the provider (the hostname) from another. A `.env` file of a stranger in the current folder could send your secret to a server of theirs, so it is not sent. A secret goes to the real sgID, to the provider beside it in the same file or profile, or to the one of `--hostname`.',
    causes: [
      {
        cause:
          'SGID_HOSTNAME is in `.env` and the secret in the environment or a profile, or the other way round',
        confirm: 'The message names both places; `sgid profile show --resolved` shows them too.',
        mend: 'Put both into the same place, or confirm the provider on the command line: `--hostname <origin>`.',
      },
      {
        cause: 'a profile is used for another provider than its own, the real one included',
        confirm: '`sgid profile show` has the hostname of the profile.',
        mend: 'Make a profile for each provider.',
      },
      {
        cause: 'a `.env` names the provider, and only the path of the file with the secret',
        confirm: 'The message says that both come from the same `.env`.',
        mend: 'Put the secret itself into that `.env`, or add `--hostname`.',
      },
      {
        cause: 'the `.env` is not yours and points to a foreign server',
        confirm: 'You do not know the hostname in the message.',
        mend: 'Do not confirm it. Delete the file, or run the command in another folder.',
      },
    ],
  },
} satisfies SomeExplanations;
