/**
 * How a row lies in memory, for the scanner, which writes it, and for its reader in JavaScript: a head, then a slot for each field.
 * All that is in them are words of 32 bits, but a count is a double.
 */

/** Where the line begins and ends, and whether the scanner was sure of it. */
export const headSize = 16;

/** A kind of value; where it begins and ends, and of a text its number. A count stands in the slot's second half. */
export const slotSize = 16;

export const kindMissing = 0;
export const kindNull = 1;
export const kindFalse = 2;
export const kindTrue = 3;
/** A natural number of at most 15 digits. */
export const kindCount = 4;
/** ASCII without escapes, between its quotes. */
export const kindText = 5;
export const kindObject = 6;
/** JSON of any other kind. */
export const kindOther = 7;
