/**
 * SQLite has no checksums: a flipped bit in a number is another number. So a checkpoint carries the CRC-32 of all its
 * other bytes in its header's `application_id`, which SQLite leaves to applications; every SQLite tool still opens it.
 * Every version of the ledger writes it here, so that an older program can tell a newer ledger from a damaged one.
 */
import { crc32 } from 'node:zlib';

const place = 68;
const length = 4;
/** Of `user_version` in the header, a big-endian number of 4 bytes. */
export const versionPlace = 60;

/** `bytes`: a whole database file; changed in place. */
export function writeChecksum(bytes: Uint8Array): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(place, sumOf(bytes));
}

/** `unchecked`: nothing is known about it, as of a file that another program wrote. */
export function integrityOf(bytes: Uint8Array): 'intact' | 'damaged' | 'unchecked' {
  const checksum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(place);
  if (checksum === 0) return 'unchecked';
  return checksum === sumOf(bytes) ? 'intact' : 'damaged';
}

/** Whether the checksum fits once the header's `user_version` is this: then nothing but that number is damaged. */
export function isIntactAs(bytes: Uint8Array, version: number): boolean {
  const mended = Uint8Array.from(bytes);
  new DataView(mended.buffer).setUint32(versionPlace, version);
  return integrityOf(mended) === 'intact';
}

/** Never 0. */
function sumOf(bytes: Uint8Array): number {
  return crc32(bytes.subarray(place + length), crc32(bytes.subarray(0, place))) || 1;
}
