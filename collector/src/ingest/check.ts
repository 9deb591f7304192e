import { METRIC } from '@prumo/agent/profile';
import { MAX_ATTRIBUTE_CHARS } from './attribute.ts';
import type { Point } from './points.ts';

/** What a point is measured against. */
export interface CheckRules {
  readonly nowMs: number;
  /** Points whose end is later than now plus this are refused. */
  readonly aheadMs: number;
  /** Points whose start is earlier than now minus this are refused; Infinity accepts any past. */
  readonly pastMs: number;
}

/** The rules of DESIGN: 10 minutes ahead; 7 days back, or any past for those who may write history. */
export function checkRules(nowMs: number, mayWritePast: boolean): CheckRules {
  return { nowMs, aheadMs: 600_000, pastMs: mayWritePast ? Infinity : 7 * 86_400_000 };
}

interface MetricRule {
  readonly kinds: readonly Point['kind'][];
  /** Attributes that must be present. */
  readonly needs: readonly ('field' | 'role' | 'category')[];
  /** Whether the metric belongs to a model; those of the agent itself may. */
  readonly ofModel: boolean;
  /** Whether a Sum counts rows: a whole number. */
  readonly isCount: boolean;
}

const rule = (kinds: MetricRule['kinds'], needs: MetricRule['needs'] = []): MetricRule => {
  return { kinds, needs, ofModel: true, isCount: true };
};

const METRICS: Readonly<Record<string, MetricRule>> = {
  [METRIC.fieldValue]: rule(['edges', 'exponential'], ['field', 'role']),
  [METRIC.fieldCategory]: rule(['sum'], ['field', 'role']),
  [METRIC.fieldMissing]: rule(['sum'], ['field', 'role']),
  [METRIC.fieldInvalid]: rule(['sum'], ['field', 'role']),
  [METRIC.inferenceRows]: rule(['sum']),
  [METRIC.inferenceErrors]: rule(['sum']),
  [METRIC.inferenceDuration]: rule(['exponential', 'edges']),
  [METRIC.agentDropped]: { ...rule(['sum']), ofModel: false },
  [METRIC.agentOverhead]: { ...rule(['sum']), ofModel: false, isCount: false },
};

/** Most cells of a histogram. */
const MAX_CELLS = 4096;
const MODEL_NAME = /^[a-z0-9-]{1,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const LAYOUT_HASH = /^[A-Za-z0-9:_-]{1,128}$/;
const ROLES = new Set(['input', 'output', 'score', 'label', 'value', 'other']);
const SERVING_ROLES = new Set(['', 'champion', 'shadow', 'canary']);

/** Why a point is refused, without what is particular to it, so that reasons can be counted; undefined: it is accepted. */
export function refusalOf(point: Point, rules: CheckRules): string | undefined {
  const metric = METRICS[point.metric];
  if (metric === undefined) return 'the metric is not known';
  if (!metric.kinds.includes(point.kind)) return `${point.metric} must be a ${metric.kinds.map(kindName).join(' or ')}`;
  if (point.fault !== undefined) return point.fault;
  return refusalOfTimes(point, rules) ?? refusalOfNames(point, metric) ?? refusalOfNumbers(point, metric);
}

function refusalOfTimes(point: Point, rules: CheckRules): string | undefined {
  if (point.temporality === 'unspecified') return 'the aggregation temporality must be delta or cumulative';
  if (point.startNs <= 0n) return 'the start time is missing';
  if (point.endNs <= point.startNs) return 'the end time must be after the start time';
  if (Number(point.endNs) / 1e6 > rules.nowMs + rules.aheadMs) return 'the end time lies more than 10 minutes ahead';
  if (Number(point.startNs) / 1e6 < rules.nowMs - rules.pastMs) return 'the start time is older than 7 days';
  return undefined;
}

function refusalOfNames(point: Point, metric: MetricRule): string | undefined {
  const { source } = point;
  if (Math.max(source.service.length, source.instance.length, source.environment.length) > MAX_ATTRIBUTE_CHARS) {
    return `a resource attribute is longer than ${MAX_ATTRIBUTE_CHARS} characters`;
  }
  if (point.model === '' ? metric.ofModel : !MODEL_NAME.test(point.model)) {
    return 'ml.model.name must be 1 to 63 of a-z, 0-9 and -';
  }
  return refusalOfVersion(point, metric) ?? refusalOfLabels(point, metric);
}

function refusalOfVersion(point: Point, metric: MetricRule): string | undefined {
  if (metric.ofModel && point.version === '' && point.sha256 === '') {
    return 'ml.model.version or ml.model.sha256 is required';
  }
  if (point.sha256 !== '' && !SHA256.test(point.sha256)) return 'ml.model.sha256 must be 64 of 0-9 and a-f';
  return undefined;
}

function refusalOfLabels(point: Point, metric: MetricRule): string | undefined {
  for (const need of metric.needs)
    if (point[need] === '') return `ml.field.${need === 'field' ? 'name' : need} is required`;
  if (point.role !== '' && !ROLES.has(point.role)) return 'ml.field.role must be input or output';
  if (!SERVING_ROLES.has(point.servingRole)) return 'ml.serving.role must be champion, shadow or canary';
  if (point.layout !== '' && !LAYOUT_HASH.test(point.layout)) return 'ml.layout must be the hash of a layout';
  // NaN fails the comparison too.
  if (!(point.sampling <= 32)) return 'ml.sampling must be a whole number from 0 to 32';
  return undefined;
}

function refusalOfNumbers(point: Point, metric: MetricRule): string | undefined {
  if (point.kind === 'sum') {
    if (metric.isCount) return isCount(point.count) ? undefined : 'the value must be a whole number of rows';
    return point.sum >= 0 && point.sum < Infinity ? undefined : 'the value must be a finite number, 0 or more';
  }
  if (!isCount(point.count) || !isCount(point.zeroCount)) return 'a count is above 2^53';
  if (point.counts.length > MAX_CELLS || point.negativeCounts.length > MAX_CELLS) {
    return `a histogram has more than ${MAX_CELLS} cells`;
  }
  return point.kind === 'edges' ? refusalOfEdges(point) : refusalOfExponential(point);
}

function refusalOfEdges(point: Point): string | undefined {
  if (point.counts.length === 0 && point.bounds.length === 0) return 'a histogram has no buckets';
  if (point.bounds.length === 0 && point.layout === '') return 'a histogram must have bounds';
  if (point.counts.length !== point.bounds.length + 1) return 'a histogram must have one bucket more than bounds';
  if (!isIncreasing(point.bounds)) return 'bounds must be finite and strictly increasing';
  return total(point.counts) === point.count ? undefined : 'the bucket counts do not add up to the count';
}

function refusalOfExponential(point: Point): string | undefined {
  if (point.scale < -10 || point.scale > 20) return 'the scale must be from -10 to 20';
  if (!isOffset(point.positiveOffset) || !isOffset(point.negativeOffset)) return 'a bucket offset is out of range';
  const rows = total(point.counts) + total(point.negativeCounts) + point.zeroCount;
  return rows === point.count ? undefined : 'the bucket counts do not add up to the count';
}

const increasing = new WeakMap<Float64Array, boolean>();

/** Points of one field share one list of bounds: it is looked at once. */
function isIncreasing(bounds: Float64Array): boolean {
  let known = increasing.get(bounds);
  if (known === undefined) {
    known = bounds.every(
      (bound, index) => Number.isFinite(bound) && (index === 0 || bound > (bounds[index - 1] ?? NaN)),
    );
    increasing.set(bounds, known);
  }
  return known;
}

function total(counts: Uint32Array): number {
  let sum = 0;
  for (let index = 0; index < counts.length; index++) sum += counts[index] as number;
  return sum;
}

function isCount(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(value);
}

/** No double has a bucket further out at scale 20. */
function isOffset(offset: number): boolean {
  return Math.abs(offset) <= 2 ** 31 - 2 * MAX_CELLS;
}

function kindName(kind: Point['kind']): string {
  if (kind === 'edges') return 'Histogram';
  if (kind === 'exponential') return 'ExponentialHistogram';
  return kind === 'sum' ? 'Sum' : 'supported type';
}
