import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const path = fileURLToPath(new URL('golden/otlp-metrics.proto', import.meta.url));
const root = protobuf.loadSync(path);

/** The request and answer messages, encoded and decoded by protobufjs. */
export const Request = root.lookupType('otlp.ExportMetricsServiceRequest');
export const Response = root.lookupType('otlp.ExportMetricsServiceResponse');

/** Attributes of plain values, as protobufjs takes them. */
export function keyValues(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => {
    return { key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value } };
  });
}

/** Bytes of a request of one resource and one scope. */
export function encodeRequest(resource: Readonly<Record<string, string>>, metrics: readonly object[]): Uint8Array {
  const resourceMetrics = [{ resource: { attributes: keyValues(resource) }, scopeMetrics: [{ metrics }] }];
  return Request.encode(Request.fromObject({ resourceMetrics })).finish();
}
