import { ELEMENT_TYPES, type ElementType, type NumericData } from '../profile/index.ts';

/** What the agent reads of an onnxruntime tensor, whatever copy of onnxruntime made it. */
export interface TensorLike {
  readonly type: string;
  readonly dims: readonly number[];
  /** Throws where the data is not in the processor's memory. */
  readonly data: NumericData | readonly string[];
}

const READABLE_TYPES: ReadonlySet<string> = new Set(ELEMENT_TYPES);
const NUMERIC_TYPES: ReadonlySet<string> = new Set(
  ELEMENT_TYPES.filter((type) => type !== 'bool' && type !== 'string'),
);

/** Whether elements of the type are numbers by default; text and bool are categories. */
export function isNumericType(type: string): boolean {
  return NUMERIC_TYPES.has(type);
}

/** Whether the agent can read elements of the type. */
export function isReadableType(type: string): type is ElementType {
  return READABLE_TYPES.has(type);
}
