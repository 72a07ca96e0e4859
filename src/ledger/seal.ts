/**
 * SQLite has no checksums: a flipped bit in a number is another number. So a checkpoint carries the CRC-32 of all its
 * other bytes in its header's `application_id`, which SQLite leaves to applications; every SQLite tool still opens it.
 */
import { crc32 } from 'node:zlib';

const place = 68;
const length = 4;

/** `bytes`: a whole database file; changed in place. */
export function seal(bytes: Uint8Array): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(place, sumOf(bytes));
}

/** False when a byte is not what was sealed. A file that never was sealed is believed. */
export function isIntact(bytes: Uint8Array): boolean {
  const sealed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(place);
  return sealed === 0 || sealed === sumOf(bytes);
}

/** Never 0. */
function sumOf(bytes: Uint8Array): number {
  return crc32(bytes.subarray(place + length), crc32(bytes.subarray(0, place))) || 1;
}
