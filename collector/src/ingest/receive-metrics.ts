import { setImmediate as nextTurn } from 'node:timers/promises';
import { PrumoError } from '../errors/prumo-error.ts';
import { checkRules, refusalOf } from './check.ts';
import { CumulativeSeries, type CumulativeChanges } from './cumulative.ts';
import type { MetricsOutcome } from './metrics-response.ts';
import { decodeOtlpJson } from './otlp-json.ts';
import { OtlpProtobufDecoder } from './otlp-protobuf.ts';
import { NO_BOUNDS, type Point } from './points.ts';
import { writeProfileRow } from './profile-row.ts';
import { MalformedProtobuf } from './protobuf-reader.ts';
import { Refusals } from './refusals.ts';
import { RowBinaryWriter } from './row-binary.ts';
import type { Spool } from './spool.ts';
import { Turnstile } from './turnstile.ts';

/** A request of `POST /v1/metrics`, already decompressed. */
export interface MetricsRequest {
  readonly body: Uint8Array;
  /** `application/x-protobuf` or `application/json`; parameters are passed over. */
  readonly contentType: string;
  readonly now: Date;
  /** With `write` any past is accepted, with `ingest` the last 7 days. */
  readonly scopes: readonly string[];
}

/** Takes OTLP metrics; resolves when what it accepted is on disk. */
export type ReceiveMetrics = (request: MetricsRequest) => Promise<MetricsOutcome>;

/** Settings of a receiver of metrics. */
export interface MetricsReceiverOptions {
  readonly spool: Spool;
  /** Default 100,000. */
  readonly maxPoints?: number;
  /**
   * Whether a model has a layout of this hash with just these bounds: they are then not kept with each point. Default: none,
   * so that all points keep their bounds.
   */
  readonly knowsLayout?: (model: string, hash: string, bounds: Float64Array) => boolean;
}

/** Most points of one request; each is a series at a time, so this bounds the series too. */
const MAX_POINTS = 100_000;

/** Points handled in one turn of the event loop: about 2 ms. */
const POINTS_PER_TURN = 256;
/** Rows are handed to the spool in pieces of about this size. */
const PIECE_BYTES = 2 ** 20;

/**
 * Creates the receiver of OTLP metrics: decode, check, turn cumulative into delta, spool.
 *
 * It throws `PRUMO_PROTOBUF_MALFORMED`, `PRUMO_JSON_MALFORMED`, `PRUMO_OTLP_MALFORMED`, `PRUMO_CONTENT_TYPE_UNKNOWN`, and the
 * retryable `PRUMO_SPOOL_FULL` and `PRUMO_SPOOL_FAILED` (the request is to be sent again unchanged). Of such a request
 * nothing is kept, or, where the disk fails, nothing that sending it again does not replace. Points that are refused alone
 * are counted in the outcome.
 */
export function createMetricsReceiver(options: MetricsReceiverOptions): ReceiveMetrics {
  const { spool, maxPoints = MAX_POINTS, knowsLayout = () => false } = options;
  const tools = { decoder: new OtlpProtobufDecoder(), writer: new RowBinaryWriter(), knowsLayout };
  const cumulative = new CumulativeSeries();

  // One request is decoded at a time: many at once would each take a turn of the event loop before it serves others.
  const decoding = new Turnstile();

  return async (request) => {
    spool.assertRoom(0);
    const changes = cumulative.begin();
    try {
      const leave = await decoding.enter();
      const { pieces, outcome } = await decodeRequest(request, tools, changes, maxPoints).finally(leave);
      await spool.append('profiles', ...pieces);
      changes.commit();
      return outcome;
    } finally {
      changes.end();
    }
  };
}

interface DecodingTools {
  readonly decoder: OtlpProtobufDecoder;
  readonly writer: RowBinaryWriter;
  readonly knowsLayout: NonNullable<MetricsReceiverOptions['knowsLayout']>;
}

/** Decodes and checks a request in turns: rows for the spool, and what became of the points. */
async function decodeRequest(
  { body, contentType, now, scopes }: MetricsRequest,
  { decoder, writer, knowsLayout }: DecodingTools,
  changes: CumulativeChanges,
  maxPoints: number,
): Promise<{ pieces: Uint8Array[]; outcome: MetricsOutcome }> {
  const rules = checkRules(now.getTime(), scopes.includes('write'));
  const refusals = new Refusals();
  writer.clear();
  const pieces: Uint8Array[] = [];
  let points = 0;
  for (const point of decodePoints(decoder, body, contentType)) {
    const refusal = ++points > maxPoints ? `a request holds more than ${maxPoints} points` : refusalOf(point, rules);
    if (refusal !== undefined) refusals.add(refusal, point.metric);
    else {
      // Waits while another request with cumulative points is on its way to the disk.
      if (point.temporality === 'cumulative') await changes.start();
      const delta = point.temporality === 'delta' ? point : changes.toDelta(point);
      if (delta !== undefined) {
        // A hash alone is a sender's claim: where it is not known to be true, the bounds stay beside it.
        const isKnown = delta.layout !== '' && knowsLayout(delta.model, delta.layout, delta.bounds);
        writeProfileRow(writer, delta, now.getTime(), isKnown ? NO_BOUNDS : delta.bounds);
      }
    }
    if (points % POINTS_PER_TURN === 0) await nextTurn();
    if (writer.length >= PIECE_BYTES) pieces.push(writer.take());
  }
  if (writer.length > 0) pieces.push(writer.take());
  const outcome = { accepted: points - refusals.count, rejected: refusals.count, message: refusals.message() };
  return { pieces, outcome };
}

function* decodePoints(decoder: OtlpProtobufDecoder, body: Uint8Array, contentType: string): Generator<Point> {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') {
    yield* decodeOtlpJson(body);
    return;
  }
  if (type !== 'application/x-protobuf') {
    const message = `Content type ${JSON.stringify(contentType.slice(0, 80))} is not accepted; use application/x-protobuf or application/json.`;
    throw new PrumoError('PRUMO_CONTENT_TYPE_UNKNOWN', message);
  }
  try {
    yield* decoder.decode(body);
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw new PrumoError('PRUMO_PROTOBUF_MALFORMED', error.message, { cause: error });
  }
}
