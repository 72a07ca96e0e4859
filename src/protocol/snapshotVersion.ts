/** Of the snapshot's shape: whoever keeps one keeps this with it. */
export const snapshotVersion = 7;
