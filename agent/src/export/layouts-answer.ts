import { type CategoriesLayout, type EdgesLayout, type ElementType, validateEdges } from '../profile/index.ts';

const OUTPUT_ROLES = ['score', 'label', 'value', 'other'] as const;

type OutputRole = (typeof OUTPUT_ROLES)[number];

/** How a field of a registered version is profiled. */
export interface FieldLayout {
  readonly name: string;
  readonly role: 'input' | 'output';
  readonly type: 'numeric' | 'categorical';
  readonly tensor: string;
  /** Index in a [N,D] tensor; null where the field has its tensor to itself. */
  readonly column: number | null;
  readonly elementType: ElementType;
  readonly missing: readonly (number | string)[];
  readonly predictionLabel: string | undefined;
  /** What an output is; undefined for inputs, and where the collector does not say. */
  readonly outputRole: OutputRole | undefined;
  /** Undefined until a baseline exists. */
  readonly layout: { readonly hash: string; readonly bins: EdgesLayout | CategoriesLayout } | undefined;
}

/** How a registered version is profiled. */
export interface VersionLayouts {
  readonly version: string;
  readonly fields: readonly FieldLayout[];
  /** Declared segment keys. */
  readonly segments: readonly string[];
}

const FORMAT = 1;
const MAX_FIELDS = 5000;
const MAX_SEGMENTS = 16;
const MAX_CATEGORIES = 10_000;
const MAX_MISSING = 100;
const MAX_TEXT = 1024;
const ELEMENT_TYPES: Record<ElementType, true> = {
  float16: true,
  float32: true,
  float64: true,
  int8: true,
  uint8: true,
  int16: true,
  uint16: true,
  int32: true,
  uint32: true,
  int64: true,
  uint64: true,
  bool: true,
  string: true,
};

/**
 * Reads a collector's answer about layouts. Nothing of it is trusted: types, sizes, order of bounds, repeated fields.
 *
 * @throws TypeError that says what is wrong; LayoutError for bounds that cannot be used.
 */
export function readLayouts(answer: unknown): VersionLayouts {
  const { format, version, fields, segments } = expectObject(answer, 'answer');
  if (format !== FORMAT) throw new TypeError('format is not 1');
  const read = expectArray(fields, 'fields', MAX_FIELDS).map((field) => readField(expectObject(field, 'field')));
  refuseRepeats(read);
  return {
    version: expectText(version, 'version'),
    fields: read,
    segments: expectArray(segments, 'segments', MAX_SEGMENTS).map((key) => expectText(key, 'segment')),
  };
}

function readField(field: Record<string, unknown>): FieldLayout {
  const type = expectOneOf(field.type, 'type', ['numeric', 'categorical'] as const);
  return {
    name: expectText(field.name, 'name'),
    role: expectOneOf(field.role, 'role', ['input', 'output'] as const),
    type,
    tensor: expectText(field.tensor, 'tensor'),
    column: readColumn(field.column),
    elementType: readElementType(field.elementType),
    missing: expectArray(field.missing, 'missing', MAX_MISSING).map(readMissing),
    predictionLabel:
      field.predictionLabel === undefined ? undefined : expectText(field.predictionLabel, 'predictionLabel'),
    outputRole: field.outputRole === undefined ? undefined : expectOneOf(field.outputRole, 'outputRole', OUTPUT_ROLES),
    layout: field.layout === undefined ? undefined : readLayout(expectObject(field.layout, 'layout'), type),
  };
}

function readLayout(layout: Record<string, unknown>, type: FieldLayout['type']): NonNullable<FieldLayout['layout']> {
  const kind = expectOneOf(layout.kind, 'kind', [type === 'numeric' ? 'edges' : 'categories'] as const);
  const hash = expectText(layout.hash, 'hash');
  if (kind === 'edges') {
    const bounds = expectArray(layout.bounds, 'bounds', Infinity).map((bound) => expectNumber(bound, 'bound'));
    validateEdges(bounds);
    return { hash, bins: { kind, bounds } };
  }
  const categories = expectArray(layout.categories, 'categories', MAX_CATEGORIES);
  return { hash, bins: { kind, categories: categories.map((text) => expectText(text, 'category', 0)) } };
}

function readColumn(value: unknown): number | null {
  if (value === null || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) return value;
  throw new TypeError('column is neither null nor an index');
}

function readElementType(value: unknown): ElementType {
  if (typeof value === 'string' && Object.hasOwn(ELEMENT_TYPES, value)) return value as ElementType;
  throw new TypeError('elementType is unknown');
}

function readMissing(value: unknown): number | string {
  return typeof value === 'number' ? value : expectText(value, 'missing', 0);
}

/** Two fields of one name would be one series, two for one column would count its rows twice. */
function refuseRepeats(fields: readonly FieldLayout[]): void {
  const seen = new Set<string>();
  for (const { role, name, tensor, column } of fields) {
    for (const key of [JSON.stringify([role, name]), JSON.stringify([role, tensor, column])]) {
      if (seen.has(key)) throw new TypeError('a field is repeated');
      seen.add(key);
    }
  }
}

function expectObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`${what} is no object`);
}

function expectArray(value: unknown, what: string, maxLength: number): unknown[] {
  if (Array.isArray(value) && value.length <= maxLength) return value;
  throw new TypeError(`${what} is no list of at most ${maxLength}`);
}

function expectText(value: unknown, what: string, minLength = 1): string {
  if (typeof value === 'string' && value.length >= minLength && value.length <= MAX_TEXT) return value;
  throw new TypeError(`${what} is no text of at most ${MAX_TEXT} characters`);
}

function expectNumber(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`${what} is no number`);
}

function expectOneOf<T extends string>(value: unknown, what: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new TypeError(`${what} is none of ${allowed.join(', ')}`);
  return found;
}
