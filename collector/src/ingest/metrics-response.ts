/** What became of a request's points. */
export interface MetricsOutcome {
  readonly accepted: number;
  readonly rejected: number;
  /** Why points were refused; empty when none were. */
  readonly message: string;
}

/** `ExportMetricsServiceResponse` in protobuf: `{ partial_success = 1 { rejected_data_points = 1; error_message = 2 } }`. */
export function encodeMetricsResponse(outcome: MetricsOutcome): Uint8Array {
  if (outcome.rejected === 0) return new Uint8Array(0);
  const message = Buffer.from(outcome.message);
  const partial = Buffer.concat([
    Buffer.from([0x08, ...varint(outcome.rejected)]),
    Buffer.from([0x12, ...varint(message.length)]),
    message,
  ]);
  return Buffer.concat([Buffer.from([0x0a, ...varint(partial.length)]), partial]);
}

/** The same in OTLP/JSON, where 64-bit numbers are text. */
export function metricsResponseJson(outcome: MetricsOutcome): object {
  if (outcome.rejected === 0) return {};
  return { partialSuccess: { rejectedDataPoints: String(outcome.rejected), errorMessage: outcome.message } };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
