import { crc32 } from 'node:zlib';
import { PrumoError } from '../errors/prumo-error.ts';
import { isFileTable, type FileTable } from '../store/file-tables.ts';

/** Format number of spool segments that are written; the one before is read too. In format 1 predictions have no inputs. */
const SEGMENT_FORMAT = 2;
const OLDEST_FORMAT = 1;

const MAGIC = Buffer.from('PRUMOSEG');
const FRAME_MAGIC = 0x4d524650; // "PFRM"
const FRAME_HEADER_BYTES = 12;
/** Bytes of a frame beyond its table's name and its rows. */
export const FRAME_OVERHEAD_BYTES = FRAME_HEADER_BYTES + 1;
/** Magic, format number (4 bytes), unique name (36 characters). */
export const HEADER_BYTES = MAGIC.length + 4 + 36;

/** Rows of one table, as they were acknowledged together. */
interface Frame {
  readonly table: FileTable;
  readonly payload: Uint8Array;
}

/** What is in a segment file. */
export interface SegmentContent {
  readonly uuid: string;
  readonly frames: readonly Frame[];
  /** Bytes up to the end of the last good frame. */
  readonly goodBytes: number;
  /** Damaged ranges before that: somebody's rows are lost in them. */
  readonly damaged: readonly { readonly from: number; readonly to: number }[];
}

/** The first bytes of a segment file. */
export function encodeHeader(uuid: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(SEGMENT_FORMAT, MAGIC.length);
  header.write(uuid, MAGIC.length + 4, 'latin1');
  return header;
}

/**
 * A frame: magic, length and CRC-32 of what follows, the table's name with its length, the rows.
 *
 * The CRC begins with the segment's name, so that bytes within somebody's rows never pass for a frame of this segment.
 */
export function encodeFrame(uuid: string, table: FileTable, payload: Uint8Array): Buffer[] {
  const name = Buffer.from(`${String.fromCharCode(table.length)}${table}`, 'latin1');
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32LE(FRAME_MAGIC, 0);
  header.writeUInt32LE(name.length + payload.length, 4);
  header.writeUInt32LE(crc32(payload, crc32(name, crc32(uuid))), 8);
  return [Buffer.concat([header, name]), Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)];
}

/**
 * Reads a segment file's bytes; undefined where not even the header is whole, so nothing in it was ever acknowledged.
 *
 * What follows the last good frame is a torn tail. A damaged range with good frames behind it is reported.
 * Throws `PRUMO_SPOOL_CORRUPT` where this is no segment, `PRUMO_FORMAT_NEWER` where its format is unknown.
 */
export function decodeSegment(bytes: Buffer): SegmentContent | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new PrumoError('PRUMO_SPOOL_CORRUPT', 'The file does not begin as a spool segment.');
  }
  const format = bytes.readUInt32LE(MAGIC.length);
  if (format < OLDEST_FORMAT || format > SEGMENT_FORMAT) {
    throw new PrumoError(
      'PRUMO_FORMAT_NEWER',
      `Spool segment format ${format} is not known; known are ${OLDEST_FORMAT} to ${SEGMENT_FORMAT}.`,
    );
  }
  const uuid = bytes.toString('latin1', MAGIC.length + 4, HEADER_BYTES);
  const seed = crc32(uuid);
  const frames: Frame[] = [];
  const damaged: { from: number; to: number }[] = [];
  let goodBytes = HEADER_BYTES;
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const length = frameLength(bytes, at, seed);
    if (length === undefined) {
      at = nextMagic(bytes, at + 1);
      continue;
    }
    if (at > goodBytes) damaged.push({ from: goodBytes, to: at });
    const nameEnd = at + FRAME_HEADER_BYTES + 1 + (bytes[at + FRAME_HEADER_BYTES] as number);
    const name = bytes.toString('latin1', at + FRAME_HEADER_BYTES + 1, nameEnd);
    const table = format === 1 && name === 'predictions' ? 'predictions_1' : name;
    at += FRAME_HEADER_BYTES + length;
    if (isFileTable(table)) frames.push({ table, payload: bytes.subarray(nameEnd, at) });
    else damaged.push({ from: at - length, to: at });
    goodBytes = at;
  }
  return { uuid, frames, goodBytes, damaged };
}

/** Length of the good frame at an offset, without its header; undefined where there is none. */
function frameLength(bytes: Buffer, at: number, seed: number): number | undefined {
  if (bytes.length - at < FRAME_HEADER_BYTES + 1 || bytes.readUInt32LE(at) !== FRAME_MAGIC) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  const start = at + FRAME_HEADER_BYTES;
  if (length > bytes.length - start) return undefined;
  if (1 + (bytes[start] as number) > length) return undefined;
  return crc32(bytes.subarray(start, start + length), seed) === bytes.readUInt32LE(at + 8) ? length : undefined;
}

function nextMagic(bytes: Buffer, from: number): number {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(FRAME_MAGIC);
  const found = bytes.indexOf(magic, from);
  return found === -1 ? bytes.length : found;
}
