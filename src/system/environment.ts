/** The variables of a process, of a `.env`, or for a program that is started. */
export type Environment = Readonly<Record<string, string | undefined>>;
