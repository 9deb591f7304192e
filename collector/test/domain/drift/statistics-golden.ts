import { readFileSync } from 'node:fs';
import type { ElementType } from '@prumo/agent/profile';
import { observeProfile } from '../../../src/domain/drift/observe-profile.ts';
import type { ObservedField } from '../../../src/domain/drift/observation.ts';
import { adoptLayout } from '../../../src/domain/drift/reference-building/adopt-layout.ts';
import {
  buildReferenceField,
  type ReferenceFieldOptions,
} from '../../../src/domain/drift/reference-building/build-reference-field.ts';
import type { ReferenceColumn } from '../../../src/domain/drift/reference-building/reference-column.ts';
import type { ReferenceField } from '../../../src/domain/drift/reference.ts';

/** What numpy and scipy say of one pair of columns; `golden/make.py` writes it. */
export interface NumericCase {
  readonly name: string;
  readonly elementType: ElementType;
  readonly reference: readonly (number | null)[];
  readonly observed: readonly (number | null)[];
  readonly expected: {
    readonly [name in 'doaneEdges' | 'doaneCounts' | 'deciles' | 'decileEdges' | 'decileCounts']: readonly number[];
  } & {
    readonly [
      name in 'js' | 'hellinger' | 'ks' | 'ksPValue' | 'wasserstein' | 'wassersteinEvidently' | 'mean' | 'std'
    ]: number;
  } & Partial<OnValues>;
}

export interface CategoricalCase {
  readonly name: string;
  readonly reference: Readonly<Record<string, number>>;
  readonly observed: Readonly<Record<string, number>>;
  readonly expected: OnValues & {
    readonly [name in 'psi' | 'js' | 'hellinger' | 'lInfinity' | 'chi2' | 'chi2Yates' | 'chi2PValue']: number;
  };
}

interface OnValues {
  readonly psiEvidently: number;
  readonly jsEvidently: number;
  readonly hellingerEvidently: number;
  readonly frequencyPValue: number;
}

export const golden = JSON.parse(readFileSync(new URL('golden/statistics.json', import.meta.url), 'utf8')) as {
  readonly numeric: readonly NumericCase[];
  readonly categorical: readonly CategoricalCase[];
  readonly psi: readonly { readonly reference: number[]; readonly observed: number[]; readonly psi: number }[];
};

export function numericColumn(values: readonly (number | null)[]): ReferenceColumn {
  return { type: 'numeric', values: Float64Array.from(values, (value) => value ?? NaN) };
}

/** One row per count, category by category. */
export function categoricalColumn(counts: Readonly<Record<string, number>>): ReferenceColumn {
  return {
    type: 'categorical',
    values: Object.entries(counts).flatMap(([text, rows]) => new Array<string>(rows).fill(text)),
  };
}

/** A reference field of the rows, in as many chunks as are given. */
export function referenceOf(
  column: ReferenceColumn,
  elementType: ElementType,
  chunkRows: readonly number[] = [column.values.length],
  options: ReferenceFieldOptions = {},
): ReferenceField {
  return buildReferenceField({ name: 'field', role: 'input', elementType, column, chunkRows, options }).field;
}

/** The same rows as a window, in the layout of a reference. */
export function windowOf(field: ReferenceField, column: ReferenceColumn): ObservedField {
  const later = referenceOf(column, field.elementType, undefined, { layout: adoptLayout(field) });
  return observeProfile(field, later.profile);
}
