import { type CategoriesLayout, type ElementType, encodeProfile, type Profile } from '@prumo/agent/profile';
import { chooseCategories, chooseNumericLayout, type NumericLayoutChoice } from '../layout-choice.ts';
import type { FieldRole, ReferenceField } from '../reference.ts';
import type { AdoptedLayout } from './adopt-layout.ts';
import { computeMoments } from './compute-moments.ts';
import { profileCategoricalChunks, profileNumericChunks } from './profile-chunks.ts';
import {
  type CategoricalColumn,
  type MissingValues,
  type NumericColumn,
  type ReferenceColumn,
  usableValues,
} from './reference-column.ts';
import { warnOfField } from './reference-warnings.ts';

/** One field of the reference rows. */
export interface ReferenceFieldInput {
  readonly name: string;
  readonly role: FieldRole;
  readonly elementType: ElementType;
  readonly predictionLabel?: string;
  readonly column: ReferenceColumn;
  /** Rows of each chunk, in the order of the rows; they add up to the rows of the column. */
  readonly chunkRows: readonly number[];
  readonly options?: ReferenceFieldOptions;
}

/** What is declared of a field. */
export interface ReferenceFieldOptions {
  /** Declared range of valid values, both ends inside. */
  readonly bounds?: { readonly min?: number | undefined; readonly max?: number | undefined };
  /** Decision thresholds of a score, used as `score >= threshold`. */
  readonly thresholds?: readonly number[];
  readonly missing?: MissingValues;
  /** Cells of an earlier baseline to keep, from `adoptLayout`. Default: chosen from the values. */
  readonly layout?: AdoptedLayout;
}

/** A field of the reference and what is odd about it, as sentences for people. */
export interface BuiltField {
  readonly field: ReferenceField;
  readonly warnings: readonly string[];
}

/**
 * Profiles the reference rows of one field, whole and by chunk, with the accumulators that profile live traffic.
 *
 * @throws RangeError where the chunks do not add up to the rows, or an adopted layout is of the other type
 */
export function buildReferenceField(input: ReferenceFieldInput): BuiltField {
  const { column, chunkRows } = input;
  const rows = chunkRows.reduce((sum, count) => sum + count, 0);
  if (rows !== column.values.length) {
    throw new RangeError(`${input.name}: chunks of ${rows} rows in all, but ${column.values.length} rows`);
  }
  const parts = column.type === 'numeric' ? buildNumeric(input, column) : buildCategorical(input, column);
  const { chunks, ...content } = parts;
  const field: ReferenceField = {
    name: input.name,
    role: input.role,
    type: column.type,
    elementType: input.elementType,
    ...content,
    chunks: chunks.map(encodeProfile),
    ...(input.predictionLabel === undefined ? {} : { predictionLabel: input.predictionLabel }),
  };
  return { field, warnings: warnOfField(field, column, input.options) };
}

type Content = Pick<ReferenceField, 'layout' | 'profile' | 'moments' | 'partitions'> & { readonly chunks: Profile[] };

/** Scores are few and much is estimated from their bins, so they get finer ones than inputs: 2e-3 and less off in KS. */
const OUTPUT_BOUNDS = 510;

function buildNumeric(input: ReferenceFieldInput, column: NumericColumn): Content {
  const { elementType, chunkRows, options = {} } = input;

  const values = usableValues(column, options.missing);
  const room = input.role === 'output' ? { maxBounds: OUTPUT_BOUNDS } : {};
  const { layout, partitions } =
    keepNumeric(options.layout, values) ?? chooseNumericLayout(values, { elementType, ...room, ...options });
  const chunks = profileNumericChunks(column, chunkRows, layout, { elementType, missing: options.missing });
  const moments = computeMoments(values);
  const whole = profileNumericChunks(column, [column.values.length], layout, { elementType, missing: options.missing });
  return {
    layout,
    profile: encodeProfile(whole[0]!),
    chunks,
    partitions,
    ...(moments === undefined ? {} : { moments }),
  };
}

function keepNumeric(adopted: AdoptedLayout | undefined, values: Float64Array): NumericLayoutChoice | undefined {
  if (adopted === undefined) return undefined;
  const { layout, partitions } = adopted;
  if (layout.kind !== 'edges') throw new RangeError('a numeric field cannot adopt a layout of categories');
  const bounds = new Set(layout.bounds);
  const distinct = (partitions?.distinct ?? false) && values.every((value) => bounds.has(value));
  return { layout, partitions: { deciles: layout.bounds, ...partitions, distinct } };
}

function buildCategorical({ chunkRows, options = {} }: ReferenceFieldInput, column: CategoricalColumn): Content {
  const layout = keepCategories(options.layout) ?? chooseFrom(column, options.missing);
  const chunks = profileCategoricalChunks(column, chunkRows, layout, options.missing);
  const whole = profileCategoricalChunks(column, [column.values.length], layout, options.missing);
  return { layout, profile: encodeProfile(whole[0]!), chunks };
}

function keepCategories(adopted: AdoptedLayout | undefined): CategoriesLayout | undefined {
  if (adopted?.layout.kind === 'edges') throw new RangeError('a categorical field cannot adopt a layout of edges');
  return adopted?.layout;
}

function chooseFrom(column: CategoricalColumn, missing: MissingValues | undefined): CategoriesLayout {
  const [counted] = profileCategoricalChunks(column, [column.values.length], undefined, missing);
  return chooseCategories(counted?.counts ?? new Map());
}
