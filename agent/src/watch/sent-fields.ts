import { DropCounter } from '../export/drop-counter.ts';
import type { VersionLayouts } from '../export/layouts-answer.ts';
import type { ColumnKind, ColumnPlan } from '../export/prediction-batch.ts';
import type { PredictionConfig } from '../prediction-options.ts';
import { type ElementType, roundToElementType } from '../profile/index.ts';
import { FieldCatalog, type PlannedField } from './field-catalog.ts';
import { findScore } from './score-field.ts';
import { isReadableType, type TensorLike } from './tensor.ts';
import { shapeOf, type TensorShape } from './tensor-shape.ts';

/** A field of a tensor whose values are sent with rows. */
export interface SentField extends ColumnPlan {
  /** Index of the element, or of the statistic, in a row. */
  readonly column: number;
  readonly isScore: boolean;
  /** Sent with the rows alone that carry their inputs. */
  readonly isSampled: boolean;
  /** Values that mean "missing". */
  readonly missing: ReadonlySet<number | string>;
}

/** What is sent of one tensor. */
export interface SentTensor {
  readonly shape: TensorShape;
  readonly type: ElementType;
  /** All of its fields by name, sent or not. */
  readonly planned: readonly PlannedField[];
  fields: readonly SentField[];
}

type Role = 'input' | 'output';

/** The collector takes no other names. */
const FIELD_NAME = /^\P{Cc}{1,256}$/u;
/** The collector takes no more of one row. */
const MAX_OUTPUTS = 1000;

/** Decides which values leave with the rows of one session, under one set of layouts and the host's wishes. */
export class SentFields {
  readonly #options: PredictionConfig;
  readonly #layouts: VersionLayouts | undefined;
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #dropped: DropCounter;
  /** Its drops are counted where fields are profiled. */
  readonly #catalog: FieldCatalog;
  readonly #tensors = { input: new Map<string, SentTensor>(), output: new Map<string, SentTensor>() };
  readonly #refused = new Set<string>();
  #isWithholding = false;

  constructor(
    options: PredictionConfig,
    layouts: VersionLayouts | undefined,
    names: Readonly<Record<string, readonly string[]>>,
    dropped: DropCounter,
  ) {
    this.#options = options;
    this.#layouts = layouts;
    this.#names = names;
    this.#dropped = dropped;
    this.#catalog = new FieldCatalog(layouts, names, new DropCounter());
  }

  /** Whether values are held back, as it is not known yet which of them are to be left out or hashed. */
  get isWithholding(): boolean {
    return this.#isWithholding;
  }

  /** Looks at a tensor of a run. @returns false where its fields are new, or others than before: their columns may be too. */
  learn(role: Role, name: string, { type, dims }: TensorLike): boolean {
    const shape = shapeOf(dims);
    const known = this.#tensors[role].get(name);
    if (known?.type === type && known.shape.width === shape.width && known.shape.reading === shape.reading) return true;
    if (!isReadableType(type) || shape.width === 0) return true;
    if (shape.reading === 'statistics' && (type === 'string' || type === 'bool')) return true;
    const planned = this.#catalog.plan(role, name, type, shape);
    this.#tensors[role].set(name, { shape, type, planned, fields: [] });
    return false;
  }

  /** What is sent of a tensor that was learned; undefined where it is not of that kind. */
  find(role: Role, name: string, { type, dims }: TensorLike): SentTensor | undefined {
    const known = this.#tensors[role].get(name);
    const { width, reading } = shapeOf(dims);
    const isSame = known?.type === type && known.shape.width === width && known.shape.reading === reading;
    return isSame ? known : undefined;
  }

  /** To be called when tensors were learned: decides anew for all fields. */
  decide(): void {
    const inputs = [...this.#tensors.input.values()].flatMap(({ planned }) => planned);
    const outputs = [...this.#tensors.output.values()].flatMap(({ type, planned }) =>
      planned.map(({ name }) => ({ name, isNumeric: type !== 'string' && type !== 'bool' })),
    );
    const names = new Set([...inputs, ...outputs].map(({ name }) => name));
    this.#isWithholding = this.#layouts === undefined && !this.#privateNames().every((name) => names.has(name));
    const score = findScore(this.#layouts, outputs);
    let outputCount = 0;
    for (const role of ['input', 'output'] as const) {
      for (const [tensor, sent] of this.#tensors[role]) {
        const allowed = sent.planned.filter((field) => this.#isSent(tensor, field));
        const fitting = role === 'input' ? allowed : allowed.filter((field) => this.#fits(field, outputCount++));
        sent.fields = fitting.map((field) => this.#toSent(field, sent, score));
      }
    }
  }

  #privateNames(): string[] {
    return [...this.#options.exclude, ...this.#options.hash];
  }

  #isSent(tensor: string, { name, role, column }: PlannedField): boolean {
    const { exclude, inputs, always } = this.#options;
    if (exclude.has(name) || (role === 'input' && inputs === 0 && !always.has(name))) return false;
    if (!FIELD_NAME.test(name) || !name.isWellFormed()) {
      this.#refuse(`${role} ${name}`, 'field_name_invalid');
      return false;
    }
    const isGiven = Object.hasOwn(this.#names, tensor) && this.#names[tensor]?.[column] !== undefined;
    return !this.#isWithholding || isGiven;
  }

  #fits({ role, name }: PlannedField, index: number): boolean {
    if (index < MAX_OUTPUTS) return true;
    this.#refuse(`${role} ${name}`, 'field_limit');
    return false;
  }

  /** Counted once per field. */
  #refuse(key: string, reason: 'field_name_invalid' | 'field_limit'): void {
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    this.#dropped.add(reason);
  }

  #toSent(field: PlannedField, { shape, type }: SentTensor, score: string | undefined): SentField {
    const { name, role, column, declared } = field;
    const kind = shape.reading === 'statistics' ? 'number' : kindOf(type);
    const isHashed = this.#options.hash.has(name);
    return {
      name: `${role}.${name}`,
      column,
      kind,
      isHashed,
      isScore: role === 'output' && name === score && !isHashed && (kind === 'number' || kind === 'integer'),
      isSampled: role === 'input' && !this.#options.always.has(name),
      missing: missingOf(declared?.missing ?? [], type),
    };
  }
}

function kindOf(type: ElementType): ColumnKind {
  if (type === 'string') return 'text';
  if (type === 'bool') return 'bool';
  return type === 'int64' || type === 'uint64' ? 'integer' : 'number';
}

/** As the values of a tensor of that type are. */
function missingOf(missing: readonly (number | string)[], type: ElementType): ReadonlySet<number | string> {
  if (type === 'string') return new Set(missing.map(String));
  return new Set(missing.map((value) => roundToElementType(type, Number(value))));
}
