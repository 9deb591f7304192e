import { OtlpProtobufDecoder } from '../../../collector/src/ingest/otlp-protobuf.ts';
import { Request } from '../../../collector/test/ingest/otlp-oracle.ts';
import { atLeast, type BenchRow, printed } from '../bench-row.ts';
import { encodeMinute, setMinute } from '../otlp-load.ts';
import { medianNsPerCall } from '../measure.ts';

const MODELS = 30;
const FIELDS = 100;

/** Decoding a request of 3,000 histogram points against protobufjs (reflection, as it is used most). */
export function run(): BenchRow[] {
  return (['edges', 'exponential'] as const).flatMap((kind) => {
    const request = setMinute(encodeMinute({ kind, models: MODELS, fields: FIELDS }), Date.UTC(2026, 0, 5));
    const decoder = new OtlpProtobufDecoder();
    const ours = medianNsPerCall(() => assertAll(countPoints(decoder, request)), 4, 11);
    const theirs = medianNsPerCall(() => Request.decode(request), 2, 11);
    const points = MODELS * FIELDS;
    return [
      atLeast(`OTLP decode, ${points} ${NAMES[kind]}: speed over protobufjs`, theirs / ours, 'ratio', 4),
      printed(`OTLP decode, ${points} ${NAMES[kind]}`, points / (ours / 1e9), 'points/s'),
    ];
  });
}

const NAMES = { edges: 'histograms of 64 bounds', exponential: 'exponential histograms of 64 buckets' } as const;

function countPoints(decoder: OtlpProtobufDecoder, request: Uint8Array): number {
  let points = 0;
  for (const point of decoder.decode(request)) if (point.fault === undefined && point.count > 0) points++;
  return points;
}

function assertAll(points: number): void {
  if (points !== MODELS * FIELDS) throw new Error(`${points} of ${MODELS * FIELDS} points were decoded`);
}
