import type { Attributes } from '@opentelemetry/api';
import type { DropCounter } from '../export/drop-counter.ts';
import { type NumericData, SEGMENT_PREFIX } from '../profile/index.ts';
import { NO_CLASS } from './class-slots.ts';
import type { FieldCatalog, PlannedField } from './field-catalog.ts';
import { createFieldSeries, type FieldSeries, type TakenProfile } from './field-series.ts';
import type { PredictedClasses } from './predicted-classes.ts';
import { statisticsOfRow } from './row-statistics.ts';
import type { RowsByClass } from './rows-by-class.ts';
import type { Segment } from './segment.ts';
import { isReadableType, type TensorLike } from './tensor.ts';
import { shapeOf, type TensorShape } from './tensor-shape.ts';

/** The fields of one tensor, ready to be added to. */
interface TensorPlan {
  readonly type: string;
  readonly width: number;
  readonly reading: TensorShape['reading'];
  readonly fields: readonly PlannedField[];
  readonly series: readonly FieldSeries[];
  /** Series of a class score by the slot of the predicted class; undefined for other fields. */
  readonly byClass: readonly ((FieldSeries | undefined)[] | undefined)[];
  readonly hasClassScores: boolean;
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
  readonly #classes: PredictedClasses | undefined;
  readonly #dropped: DropCounter;
  readonly #attributes: Attributes;
  readonly #plans = { input: new Map<string, TensorPlan>(), output: new Map<string, TensorPlan>() };
  readonly #fields = new Map<string, FieldSeries>();
  #rows = 0;
  #errors = 0;

  constructor(segment: Segment, catalog: FieldCatalog, classes: PredictedClasses | undefined, dropped: DropCounter) {
    this.#catalog = catalog;
    this.#classes = classes;
    this.#dropped = dropped;
    this.#attributes = Object.fromEntries(segment.pairs.map(([key, value]) => [SEGMENT_PREFIX + key, value]));
  }

  addRows(rows: number): void {
    this.#rows += rows;
  }

  addError(): void {
    this.#errors++;
  }

  /**
   * Adds a tensor of one run, which had so many rows.
   *
   * @param byClass the same rows by predicted class, to count class scores by; undefined where it is not known.
   */
  addTensor(role: 'input' | 'output', name: string, tensor: TensorLike, rows: number, byClass?: RowsByClass): void {
    const shape = shapeOf(tensor.dims);
    if (shape.rows === 0 || shape.width === 0) return;
    if (!isReadableType(tensor.type)) return this.#dropped.add('unsupported_tensor');
    if (shape.rows !== rows) return this.#dropped.add('row_mismatch');
    const { data } = tensor;
    if (data.length < shape.rows * shape.width) return this.#dropped.add('unreadable_tensor');
    const plan = this.#planOf(role, name, tensor.type, shape);
    if (plan === undefined) return;
    if (plan.reading === 'columns') {
      const isSplit = byClass !== undefined && plan.hasClassScores;
      addColumns(plan, data, rows, isSplit);
      if (isSplit) this.#addByClass(plan, data, byClass);
    } else addStatistics(plan, data as NumericData, rows);
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
      fields,
      series: fields.map((field) => {
        const statisticsType = shape.reading === 'statistics' ? 'float64' : type;
        return this.#seriesOf(`${role} ${field.name}`, () =>
          createFieldSeries({ ...field, type: statisticsType }, this.#dropped),
        );
      }),
      byClass: fields.map(({ isClassScore }) => (isClassScore ? [] : undefined)),
      hasClassScores: fields.some(({ isClassScore }) => isClassScore),
    };
    this.#plans[role].set(name, plan);
    return plan;
  }

  #addByClass(plan: TensorPlan, data: TensorLike['data'], byClass: RowsByClass): void {
    const arranged = byClass.arrange(data, plan.width);
    for (const { slot, start, rows } of byClass.groups) {
      for (let i = 0; i < plan.series.length; i++) {
        const series = slot === NO_CLASS ? plan.byClass[i] && plan.series[i] : this.#seriesOfClass(plan, i, slot);
        series?.addColumn(arranged, start * plan.width + plan.fields[i]!.column, plan.width, rows);
      }
    }
  }

  /** The series of a class score for rows of one predicted class, made when the first comes; undefined for other fields. */
  #seriesOfClass({ fields, byClass }: TensorPlan, index: number, slot: number): FieldSeries | undefined {
    const known = byClass[index];
    if (known === undefined) return undefined;
    const field = fields[index]!;
    return (known[slot] ??= this.#seriesOf(`class ${slot} ${field.name}`, () =>
      createFieldSeries({ ...field, predictedClass: this.#classes!.labelOf(slot) }, this.#dropped),
    ));
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

/** @param isSplit whether class scores are added elsewhere. */
function addColumns(plan: TensorPlan, data: TensorLike['data'], rows: number, isSplit: boolean): void {
  const { fields, series, width } = plan;
  for (let i = 0; i < series.length; i++) {
    const field = fields[i]!;
    if (!(isSplit && field.isClassScore)) series[i]!.addColumn(data, field.column, width, rows);
  }
}

function addStatistics(plan: TensorPlan, data: NumericData, rows: number): void {
  if (plan.series.length === 0) return;
  for (let row = 0; row < rows; row++) {
    const statistics = statisticsOfRow(data, plan.type, row * plan.width, plan.width);
    for (let i = 0; i < plan.series.length; i++) plan.series[i]!.addNumber(statistics[plan.fields[i]!.column]!);
  }
}
