import { createHash } from 'node:crypto';
import { ATTRIBUTE, SEGMENT_PREFIX } from '@prumo/agent/profile';
import { segmentPair } from '../store/segment-text.ts';
import type { Point } from './points.ts';

/** Longest key or value of an attribute, in characters. */
export const MAX_ATTRIBUTE_CHARS = 512;
/** Most attributes of one point. */
export const MAX_ATTRIBUTES = 64;

type TextSlot =
  'model' | 'version' | 'sha256' | 'field' | 'role' | 'category' | 'predictionLabel' | 'servingRole' | 'layout';

const SLOTS: Readonly<Record<string, TextSlot>> = {
  [ATTRIBUTE.modelName]: 'model',
  [ATTRIBUTE.modelVersion]: 'version',
  [ATTRIBUTE.modelSha256]: 'sha256',
  [ATTRIBUTE.fieldName]: 'field',
  [ATTRIBUTE.fieldRole]: 'role',
  [ATTRIBUTE.fieldCategory]: 'category',
  [ATTRIBUTE.reason]: 'category',
  [ATTRIBUTE.predictionLabel]: 'predictionLabel',
  [ATTRIBUTE.servingRole]: 'servingRole',
  [ATTRIBUTE.layout]: 'layout',
};

/** A key with its value as text, and where it belongs in a point. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly slot: TextSlot | 'sampling' | 'segment' | 'other';
  /** `key=value` of a segment, escaped. */
  readonly pair: string;
  /** What is wrong with it, if anything. */
  readonly fault: string | undefined;
  /** Hash of key, type and value, as two unsigned 32-bit halves. */
  readonly high: number;
  readonly low: number;
}

/** An attribute of its key and value; `type` tells `"1"` from `1` in the hash. */
export function createAttribute(key: string, type: string, value: string): Attribute {
  const isSegment = key.startsWith(SEGMENT_PREFIX);
  const slot = isSegment ? 'segment' : key === ATTRIBUTE.sampling ? 'sampling' : (SLOTS[key] ?? 'other');
  const segmentKey = isSegment ? key.slice(SEGMENT_PREFIX.length) : '';
  const { high, low } = hashText(`${key}\0${type}\0${value}`);
  const pair = isSegment ? segmentPair(segmentKey, value) : '';
  return { key, value, slot, pair, fault: faultOf(key, value, isSegment, segmentKey), high, low };
}

function faultOf(key: string, value: string, isSegment: boolean, segmentKey: string): string | undefined {
  if (key.length > MAX_ATTRIBUTE_CHARS || value.length > MAX_ATTRIBUTE_CHARS) {
    return `an attribute is longer than ${MAX_ATTRIBUTE_CHARS} characters`;
  }
  if (isSegment && !/^[A-Za-z0-9_.-]{1,64}$/.test(segmentKey)) {
    return 'a segment key must be 1 to 64 letters, digits, _ . or -';
  }
  return undefined;
}

/** First 64 bits of the SHA-256 of a text, as two unsigned 32-bit halves. */
export function hashText(text: string): { high: number; low: number } {
  const digest = createHash('sha256').update(text).digest();
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
}

/** Puts attributes into a point; their order does not matter to its series. */
export function applyAttributes(point: Point, attributes: readonly Attribute[], count: number): void {
  let high = point.seriesHigh;
  let low = point.seriesLow;
  let pairs: string[] | undefined;
  for (let index = 0; index < count; index++) {
    const attribute = attributes[index] as Attribute;
    // The layout says how rows were counted, not which rows: the same rows sent again in another layout replace themselves.
    if (attribute.slot !== 'layout') {
      low += attribute.low;
      high += attribute.high;
    }
    if (attribute.fault !== undefined) point.fault = attribute.fault;
    if (attribute.slot === 'other') continue;
    if (attribute.slot === 'segment') {
      if (point.segment === '' && pairs === undefined) point.segment = attribute.pair;
      else (pairs ??= [point.segment]).push(attribute.pair);
    } else if (attribute.slot === 'sampling') {
      point.sampling = /^\d{1,2}$/.test(attribute.value) ? Number(attribute.value) : NaN;
    } else point[attribute.slot] = attribute.value;
  }
  if (pairs !== undefined) point.segment = pairs.sort(byKey).join(',');
  point.seriesLow = low >>> 0;
  point.seriesHigh = (high + Math.floor(low / 0x1_0000_0000)) >>> 0;
}

/** Pairs by their keys, which hold no `=`; by code unit, as `segmentText` sorts. */
function byKey(a: string, b: string): number {
  const left = a.slice(0, a.indexOf('='));
  const right = b.slice(0, b.indexOf('='));
  return left < right ? -1 : left > right ? 1 : 0;
}
