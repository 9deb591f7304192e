import { ATTRIBUTE, METRIC, RESOURCE, SCOPE } from '@prumo/agent/profile';

/** Rows of one category of one field in one interval. */
export interface CategoryRows {
  readonly model: string;
  readonly field: string;
  readonly category: string;
  readonly rows: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** An OTLP/JSON request of any OTLP client, with a point for each. */
export function encodeCategoryRows(instance: string, points: readonly CategoryRows[]): string {
  const dataPoints = points.map(({ model, field, category, rows, startMs, endMs }) => ({
    startTimeUnixNano: `${startMs}000000`,
    timeUnixNano: `${endMs}000000`,
    asInt: String(rows),
    attributes: encodeAttributes({
      [ATTRIBUTE.modelName]: model,
      [ATTRIBUTE.modelVersion]: '1',
      [ATTRIBUTE.fieldName]: field,
      [ATTRIBUTE.fieldRole]: 'input',
      [ATTRIBUTE.fieldCategory]: category,
    }),
  }));
  const metric = { name: METRIC.fieldCategory, sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } };
  const resource = {
    attributes: encodeAttributes({ [RESOURCE.serviceName]: 'test', [RESOURCE.serviceInstanceId]: instance }),
  };
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics: [metric] }] }] });
}

function encodeAttributes(attributes: Readonly<Record<string, string>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
}
