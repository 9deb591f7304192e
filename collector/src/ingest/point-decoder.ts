import { BoundsTable, decodeDoubles } from './bounds-table.ts';
import { LooseNumbers } from './loose-numbers.ts';
import { NO_BOUNDS, NO_COUNTS, type Point } from './points.ts';
import { WIRE, type ProtobufReader } from './protobuf-reader.ts';

/** Tag of a field that holds a text, a message or packed numbers. */
export const bytesField = (field: number): number => (field << 3) | WIRE.bytes;
/** Tag of a field of eight bytes. */
export const fixed64Field = (field: number): number => (field << 3) | WIRE.fixed64;
/** Tag of a field that is a varint. */
export const varintField = (field: number): number => (field << 3) | WIRE.varint;

const MAX_UINT32 = 0xffff_ffff;
const TOO_LARGE = 'a bucket count is above 4294967295';

/** Reads the numbers of one point; times and attributes, which all kinds share, are read by the caller. */
export class PointDecoder {
  private readonly bounds = new BoundsTable();
  private readonly looseCounts = new LooseNumbers();
  private readonly looseNegative = new LooseNumbers();
  private readonly looseBounds = new LooseNumbers();

  /** Begins anew, whatever a message that broke off has left. */
  clear(): void {
    for (const loose of [this.looseCounts, this.looseNegative, this.looseBounds]) loose.clear();
  }

  /** Reads the value of a tag into the point, or passes over it. */
  readField(reader: ProtobufReader, point: Point, tag: number): void {
    if (point.kind === 'edges') this.readEdges(reader, point, tag);
    else if (point.kind === 'exponential') this.readExponential(reader, point, tag);
    else if (point.kind === 'sum') readNumber(reader, point, tag);
    else reader.skip(tag);
  }

  /** Ends a point: lists that came in pieces are joined. */
  finish(reader: ProtobufReader, point: Point): void {
    if (reader.overflowed) {
      point.fault = TOO_LARGE;
      reader.overflowed = false;
    }
    point.counts = this.looseCounts.join(point.counts, (length) => new Uint32Array(length));
    point.negativeCounts = this.looseNegative.join(point.negativeCounts, (length) => new Uint32Array(length));
    point.bounds = this.looseBounds.join(point.bounds, (length) => new Float64Array(length));
  }

  /** `HistogramDataPoint`. */
  private readEdges(reader: ProtobufReader, point: Point, tag: number): void {
    switch (tag) {
      case fixed64Field(4):
        point.count = reader.fixed64();
        return;
      case fixed64Field(5):
        point.sum = reader.double();
        return;
      case bytesField(6): {
        const counts = reader.packedFixed64();
        if (point.counts === NO_COUNTS) point.counts = counts;
        else this.looseCounts.pushAll(counts);
        return;
      }
      case fixed64Field(6):
        this.looseCounts.push(checkedCount(reader.fixed64(), point));
        return;
      case bytesField(7):
        if (point.bounds === NO_BOUNDS) point.bounds = this.bounds.read(reader.slice());
        else this.looseBounds.pushAll(decodeDoubles(reader.slice()));
        return;
      case fixed64Field(7):
        this.looseBounds.push(reader.double());
        return;
      case fixed64Field(11):
        point.min = reader.double();
        return;
      case fixed64Field(12):
        point.max = reader.double();
        return;
      default:
        reader.skip(tag);
    }
  }

  /** `ExponentialHistogramDataPoint`. */
  private readExponential(reader: ProtobufReader, point: Point, tag: number): void {
    switch (tag) {
      case fixed64Field(4):
        point.count = reader.fixed64();
        return;
      case fixed64Field(5):
        point.sum = reader.double();
        return;
      case varintField(6):
        point.scale = reader.sint();
        return;
      case fixed64Field(7):
        point.zeroCount = reader.fixed64();
        return;
      case bytesField(8):
        point.positiveOffset = readBuckets(reader, point, 'counts', point.positiveOffset, this.looseCounts);
        return;
      case bytesField(9):
        point.negativeOffset = readBuckets(reader, point, 'negativeCounts', point.negativeOffset, this.looseNegative);
        return;
      case fixed64Field(12):
        point.min = reader.double();
        return;
      case fixed64Field(13):
        point.max = reader.double();
        return;
      case fixed64Field(14):
        if (reader.double() !== 0) point.fault = 'a zero threshold other than 0 is not taken';
        return;
      default:
        reader.skip(tag);
    }
  }
}

/** `Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2 }`; returns the offset. */
function readBuckets(
  reader: ProtobufReader,
  point: Point,
  list: 'counts' | 'negativeCounts',
  before: number,
  loose: LooseNumbers,
): number {
  const outer = reader.enter();
  let offset = before;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === varintField(1)) offset = reader.sint();
    else if (tag === bytesField(2)) {
      const counts = reader.packedUint32();
      if (point[list] === NO_COUNTS) point[list] = counts;
      else loose.pushAll(counts);
    } else if (tag === varintField(2)) loose.push(checkedCount(reader.uint64(), point));
    else reader.skip(tag);
  }
  reader.leave(outer);
  return offset;
}

/** `NumberDataPoint` of a Sum. */
function readNumber(reader: ProtobufReader, point: Point, tag: number): void {
  if (tag === fixed64Field(4)) point.sum = reader.double();
  else if (tag === fixed64Field(6)) point.sum = reader.sfixed64();
  else {
    reader.skip(tag);
    return;
  }
  point.count = point.sum;
}

function checkedCount(count: number, point: Point): number {
  if (count > MAX_UINT32) point.fault = TOO_LARGE;
  return count;
}
