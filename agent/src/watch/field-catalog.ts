import type { DropCounter } from '../export/drop-counter.ts';
import type { FieldLayout, VersionLayouts } from '../export/layouts-answer.ts';
import type { ElementType } from '../profile/index.ts';
import type { FieldPlan } from './field-series.ts';
import { classScoresOf } from './class-scores.ts';
import { ROW_STATISTICS } from './row-statistics.ts';
import type { TensorShape } from './tensor-shape.ts';

/** A field of a tensor; `column` is the index of the element (or of the statistic) in a row. */
export interface PlannedField extends FieldPlan {
  readonly column: number;
  /** Whether it is the score of a class of a multiclass model. */
  readonly isClassScore: boolean;
}

/** Most fields of one model. */
const MAX_FIELDS = 2048;

/** Which fields the tensors of a model hold, and what they are called, under one set of layouts. */
export class FieldCatalog {
  readonly #declared = new Map<string, FieldLayout>();
  readonly #classScores: ReadonlySet<FieldLayout>;
  readonly #hasLayouts: boolean;
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #dropped: DropCounter;
  /** Which place (tensor and column) has taken a name: two fields of one name would be one series. */
  readonly #takers = new Map<string, string>();
  readonly #refused = new Set<string>();

  constructor(
    layouts: VersionLayouts | undefined,
    names: Readonly<Record<string, readonly string[]>>,
    dropped: DropCounter,
  ) {
    this.#classScores = new Set(classScoresOf(layouts).scores);
    this.#hasLayouts = layouts !== undefined;
    this.#names = names;
    this.#dropped = dropped;
    for (const field of layouts?.fields ?? []) {
      this.#declared.set(placeOf(field.role, field.tensor, field.column), field);
      this.#takers.set(nameKey(field.role, field.name), placeOf(field.role, field.tensor, field.column));
    }
  }

  /** The fields of a tensor. Once layouts are known, columns of outputs that they do not name are none. */
  plan(role: 'input' | 'output', tensor: string, type: ElementType, shape: TensorShape): PlannedField[] {
    const planned: PlannedField[] = [];
    const count = shape.reading === 'columns' ? shape.width : ROW_STATISTICS.length;
    for (let column = 0; column < count; column++) {
      const declared = shape.reading === 'columns' ? this.#findDeclared(role, tensor, column, shape.width) : undefined;
      if (declared === undefined && role === 'output' && this.#hasLayouts) continue;
      const name = declared?.name ?? this.#defaultName(tensor, column, shape);
      const place = placeOf(role, tensor, declared === undefined ? column : declared.column);
      const isClassScore = declared !== undefined && this.#classScores.has(declared);
      if (this.#take(nameKey(role, name), place)) planned.push({ name, role, type, declared, column, isClassScore });
    }
    return planned;
  }

  #findDeclared(role: 'input' | 'output', tensor: string, column: number, width: number): FieldLayout | undefined {
    const own = this.#declared.get(placeOf(role, tensor, column));
    return own ?? (width === 1 ? this.#declared.get(placeOf(role, tensor, null)) : undefined);
  }

  #defaultName(tensor: string, column: number, shape: TensorShape): string {
    if (shape.reading === 'statistics') return `${tensor}.${ROW_STATISTICS[column]}`;
    const given = Object.hasOwn(this.#names, tensor) ? this.#names[tensor]?.[column] : undefined;
    return given ?? (shape.width === 1 ? tensor : `${tensor}_${column}`);
  }

  #take(key: string, place: string): boolean {
    const taker = this.#takers.get(key);
    if (taker === place) return true;
    const reason = taker !== undefined ? 'name_conflict' : this.#takers.size >= MAX_FIELDS ? 'field_limit' : undefined;
    if (reason === undefined) {
      this.#takers.set(key, place);
      return true;
    }
    // Counted once per field, as long as it is affordable to remember which.
    if (!this.#refused.has(place)) {
      if (this.#refused.size < MAX_FIELDS) this.#refused.add(place);
      this.#dropped.add(reason);
    }
    return false;
  }
}

function placeOf(role: string, tensor: string, column: number | null): string {
  return `${role} ${column ?? ''} ${tensor}`;
}

function nameKey(role: string, name: string): string {
  return `${role} ${name}`;
}
