import { validateEdges } from './edges.ts';
import { PROFILE_FORMAT } from './encode-profile.ts';
import { countExponential, total } from './exponential-histogram.ts';
import { validateExponential } from './exponential-mapping.ts';
import type {
  EdgesHistogram,
  ExponentialBuckets,
  ExponentialHistogram,
  Moments,
  Profile,
  RowCounts,
} from './profile.ts';

/** Content that is not an encoded profile (`malformed`), or of a format that this version does not know (`newer-format`). */
export class ProfileFormatError extends Error {
  override readonly name = 'ProfileFormatError';
  readonly code: 'malformed' | 'newer-format';

  constructor(code: 'malformed' | 'newer-format', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads what `encodeProfile` wrote, after `JSON.parse`. Everything is checked, also that the counts add up.
 *
 * @throws ProfileFormatError, and LayoutError where the layout itself is wrong.
 */
export function decodeProfile(json: unknown): Profile {
  const content = readObject(json, 'profile');
  readFormat(content['format']);
  const rows: RowCounts = {
    rows: readCount(content['rows'], 'rows'),
    missing: readCount(content['missing'], 'missing'),
    invalid: readCount(content['invalid'], 'invalid'),
  };
  if (content['kind'] === 'categorical') {
    const counts = readCategories(content['counts']);
    let count = 0;
    for (const n of counts.values()) count += n;
    checkTotal(rows, count);
    return { kind: 'categorical', ...rows, counts };
  }
  if (content['kind'] !== 'numeric') throw malformed('kind', 'numeric or categorical', content['kind']);
  const moments = readMoments(content['moments']);
  const histogram = readHistogram(content['histogram']);
  const binned = 'scale' in histogram ? countExponential(histogram) : total(histogram.counts);
  if (binned !== moments.count) throw malformed('histogram', `${moments.count} values in all`, binned);
  checkTotal(rows, moments.count);
  return { kind: 'numeric', ...rows, moments, histogram };
}

function readFormat(format: unknown): void {
  if (format === PROFILE_FORMAT) return;
  if (typeof format === 'number' && format > PROFILE_FORMAT) {
    const message = `profile of format ${format}; this version reads up to ${PROFILE_FORMAT}: upgrade it`;
    throw new ProfileFormatError('newer-format', message);
  }
  throw malformed('format', `${PROFILE_FORMAT}`, format);
}

function readMoments(json: unknown): Moments {
  const moments = readObject(json, 'moments');
  const count = readCount(moments['count'], 'moments.count');
  const sum = readNumber(moments['sum'], 'moments.sum');
  const min = readNumber(moments['min'], 'moments.min');
  const max = readNumber(moments['max'], 'moments.max');
  const rangeHolds =
    count === 0 ? min === Infinity && max === -Infinity : min <= max && Number.isFinite(max - max + min);
  if (!rangeHolds) throw malformed('moments', 'min <= max, finite (Infinity and -Infinity if count is 0)', [min, max]);
  return { count, sum, min, max };
}

function readHistogram(json: unknown): EdgesHistogram | ExponentialHistogram {
  const histogram = readObject(json, 'histogram');
  switch (histogram['kind']) {
    case 'edges': {
      const bounds = readArray(histogram['bounds'], 'histogram.bounds', readNumber);
      validateEdges(bounds);
      const counts = readCounts(histogram['counts'], 'histogram.counts');
      if (counts.length !== bounds.length + 1) {
        throw malformed('histogram.counts', `${bounds.length + 1} counts`, counts.length);
      }
      return { layout: { kind: 'edges', bounds }, counts };
    }
    case 'exponential':
      return readExponential(histogram);
    default:
      throw malformed('histogram.kind', 'edges or exponential', histogram['kind']);
  }
}

function readExponential(histogram: Readonly<Record<string, unknown>>): ExponentialHistogram {
  const maxBuckets = readInteger(histogram['maxBuckets'], 'histogram.maxBuckets');
  const maxScale = readInteger(histogram['maxScale'], 'histogram.maxScale');
  const layout = { kind: 'exponential', maxBuckets, maxScale } as const;
  const scale = readInteger(histogram['scale'], 'histogram.scale');
  validateExponential(layout);
  validateExponential({ ...layout, maxScale: scale });
  return {
    layout,
    scale,
    zeroCount: readCount(histogram['zeroCount'], 'histogram.zeroCount'),
    positive: readBuckets(histogram['positive'], 'histogram.positive', maxBuckets),
    negative: readBuckets(histogram['negative'], 'histogram.negative', maxBuckets),
  };
}

function readBuckets(json: unknown, path: string, maxBuckets: number): ExponentialBuckets {
  const buckets = readObject(json, path);
  const offset = readInteger(buckets['offset'], `${path}.offset`);
  const counts = readCounts(buckets['counts'], `${path}.counts`);
  if (counts.length > maxBuckets) throw malformed(`${path}.counts`, `at most ${maxBuckets} counts`, counts.length);
  if (Math.abs(offset) + counts.length > 2 ** 31 - 1) throw malformed(`${path}.offset`, 'a 32-bit index', offset);
  return { offset, counts };
}

function readCategories(json: unknown): Map<string, number> {
  const counts = new Map<string, number>();
  readArray(json, 'counts', (pair, path) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw malformed(path, '[text, count]', pair);
    const [text, count] = pair as [unknown, unknown];
    if (typeof text !== 'string') throw malformed(`${path}[0]`, 'a text', text);
    if (counts.has(text)) throw malformed(path, 'each category once', text);
    counts.set(text, readCount(count, `${path}[1]`));
  });
  return counts;
}

function checkTotal({ rows, missing, invalid }: RowCounts, count: number): void {
  if (rows !== missing + invalid + count)
    throw malformed('rows', `missing + invalid + values = ${missing + invalid + count}`, rows);
}

function readObject(json: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed(path, 'an object', json);
  return json as Record<string, unknown>;
}

function readArray<T>(json: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (!Array.isArray(json)) throw malformed(path, 'an array', json);
  return json.map((item: unknown, i) => read(item, `${path}[${i}]`));
}

function readCounts(json: unknown, path: string): Float64Array {
  return Float64Array.from(readArray(json, path, readCount));
}

function readCount(json: unknown, path: string): number {
  const count = readInteger(json, path);
  if (count < 0) throw malformed(path, 'a count >= 0', json);
  return count;
}

function readInteger(json: unknown, path: string): number {
  if (!Number.isSafeInteger(json)) throw malformed(path, 'an integer', json);
  return json as number;
}

function readNumber(json: unknown, path: string): number {
  if (typeof json === 'number') return json;
  if (json === 'Infinity' || json === '-Infinity' || json === 'NaN') return Number(json);
  throw malformed(path, 'a number', json);
}

function malformed(path: string, expected: string, found: unknown): ProfileFormatError {
  const shown = String(JSON.stringify(found)).slice(0, 60);
  return new ProfileFormatError('malformed', `malformed profile at ${path}: expected ${expected}, found ${shown}`);
}
