/** The longest request target, in characters. More than any client of sgID sends. */
export const MAX_TARGET_LENGTH = 16_384;

/** The largest request body, in bytes. */
export const MAX_BODY_BYTES = 65_536;

/** The longest `state`, `nonce` or name of a persona, in characters. More than any client needs. */
export const MAX_VALUE_LENGTH = 2_048;
