import type { Attributes } from '@opentelemetry/api';
import type { DropCounter } from '../export/drop-counter.ts';
import { type NumericData, SEGMENT_PREFIX } from '../profile/index.ts';
import type { FieldCatalog } from './field-catalog.ts';
import { createFieldSeries, type FieldSeries, type TakenProfile } from './field-series.ts';
import { statisticsOfRow } from './row-statistics.ts';
import type { Segment } from './segment.ts';
import { isReadableType, type TensorLike } from './tensor.ts';
import { shapeOf, type TensorShape } from './tensor-shape.ts';

/** The fields of one tensor, ready to be added to. */
interface TensorPlan {
  readonly type: string;
  readonly width: number;
  readonly reading: TensorShape['reading'];
  readonly columns: readonly number[];
  readonly series: readonly FieldSeries[];
}

/** What one segment counted, on its way to points. */
export interface TakenSegment {
  /** Those of the segment alone. */
  readonly attributes: Attributes;
  readonly rows: number;
  readonly errors: number;
  readonly profiles: readonly TakenProfile[];
}

/** All that is counted for one combination of segment keys, under one set of layouts. */
export class SegmentSeries {
  readonly #catalog: FieldCatalog;
  readonly #dropped: DropCounter;
  readonly #attributes: Attributes;
  readonly #plans = { input: new Map<string, TensorPlan>(), output: new Map<string, TensorPlan>() };
  readonly #fields = new Map<string, FieldSeries>();
  #rows = 0;
  #errors = 0;

  constructor(segment: Segment, catalog: FieldCatalog, dropped: DropCounter) {
    this.#catalog = catalog;
    this.#dropped = dropped;
    this.#attributes = Object.fromEntries(segment.pairs.map(([key, value]) => [SEGMENT_PREFIX + key, value]));
  }

  addRows(rows: number): void {
    this.#rows += rows;
  }

  addError(): void {
    this.#errors++;
  }

  /** Adds a tensor of one run, which had so many rows. */
  addTensor(role: 'input' | 'output', name: string, tensor: TensorLike, rows: number): void {
    const shape = shapeOf(tensor.dims);
    if (shape.rows === 0 || shape.width === 0) return;
    if (!isReadableType(tensor.type)) return this.#dropped.add('unsupported_tensor');
    if (shape.rows !== rows) return this.#dropped.add('row_mismatch');
    const { data } = tensor;
    if (data.length < shape.rows * shape.width) return this.#dropped.add('unreadable_tensor');
    const plan = this.#planOf(role, name, tensor.type, shape);
    if (plan === undefined) return;
    if (plan.reading === 'columns') addColumns(plan, data, rows);
    else addStatistics(plan, data as NumericData, rows);
  }

  #planOf(role: 'input' | 'output', name: string, type: string, shape: TensorShape): TensorPlan | undefined {
    const known = this.#plans[role].get(name);
    if (known?.width === shape.width && known.type === type && known.reading === shape.reading) return known;
    if (!isReadableType(type)) return undefined;
    if (shape.reading === 'statistics' && (type === 'string' || type === 'bool')) {
      this.#dropped.add('unsupported_tensor');
      return undefined;
    }
    const fields = this.#catalog.plan(role, name, type, shape);
    const plan: TensorPlan = {
      type,
      width: shape.width,
      reading: shape.reading,
      columns: fields.map(({ column }) => column),
      series: fields.map((field) => {
        const statisticsType = shape.reading === 'statistics' ? 'float64' : type;
        return this.#seriesOf(`${role} ${field.name}`, () =>
          createFieldSeries({ ...field, type: statisticsType }, this.#dropped),
        );
      }),
    };
    this.#plans[role].set(name, plan);
    return plan;
  }

  /** A field keeps its counts when the width of its tensor changes. */
  #seriesOf(key: string, create: () => FieldSeries): FieldSeries {
    const known = this.#fields.get(key);
    if (known !== undefined) return known;
    const created = create();
    this.#fields.set(key, created);
    return created;
  }

  /** What was counted since the last call. */
  take(): TakenSegment {
    const profiles: TakenProfile[] = [];
    for (const field of this.#fields.values()) {
      const taken = field.take();
      if (taken !== undefined) profiles.push(taken);
    }
    const taken = { attributes: this.#attributes, rows: this.#rows, errors: this.#errors, profiles };
    this.#rows = 0;
    this.#errors = 0;
    return taken;
  }
}

function addColumns(plan: TensorPlan, data: TensorLike['data'], rows: number): void {
  const { columns, series, width } = plan;
  for (let i = 0; i < series.length; i++) series[i]!.addColumn(data, columns[i]!, width, rows);
}

function addStatistics(plan: TensorPlan, data: NumericData, rows: number): void {
  if (plan.series.length === 0) return;
  for (let row = 0; row < rows; row++) {
    const statistics = statisticsOfRow(data, plan.type, row * plan.width, plan.width);
    for (let i = 0; i < plan.series.length; i++) plan.series[i]!.addNumber(statistics[plan.columns[i]!]!);
  }
}
