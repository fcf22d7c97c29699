/** The version of the package, put in by the build. */
declare const SGID_VERSION: string;

/** What `sgid --help` prints on 80 columns, put in by the build. */
declare const SGID_HELP: string;

/** The pieces of the command line, put in by the build. */
declare const SGID_PIECES: import('./start/load-pieces.ts').Pieces;
