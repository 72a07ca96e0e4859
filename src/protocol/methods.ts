/** What is sent before there is a connection, and so without its library. */

/** Of `snapshotNotification`. */
export const snapshotMethod = 'engine/snapshot';
