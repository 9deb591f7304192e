import type { DropCounter } from '../export/drop-counter.ts';
import type { RowValue } from '../export/prediction-batch.ts';
import type { NumericData } from '../profile/index.ts';
import { float16FromBits } from '../profile/float16.ts';
import type { SentField } from './sent-fields.ts';
import type { TensorLike } from './tensor.ts';

/** Longer texts are not sent: the collector takes none. */
const MAX_TEXT = 512;

/**
 * The value of an element as it is kept for sending: a number (bool: 0 or 1), text for text and for integers that a double
 * cannot hold; NaN or null for what is missing, empty, not finite, or counted as `text_invalid`.
 */
export function valueOf(
  data: TensorLike['data'],
  type: string,
  at: number,
  field: SentField,
  dropped: DropCounter,
): RowValue {
  const value = field.kind === 'text' ? textOf(data[at], field, dropped) : numberOf(data as NumericData, type, at);
  // Of integers the sentinels are known as doubles.
  const sought = field.kind === 'integer' ? Number(value) : value;
  return sought !== null && field.missing.has(sought) ? none(field) : value;
}

function textOf(text: unknown, { isHashed }: SentField, dropped: DropCounter): string | null {
  if (typeof text !== 'string' || text === '') return null;
  // Of a text that is hashed neither length nor form leaves the process.
  if (isHashed || (text.length <= MAX_TEXT && text.isWellFormed())) return text;
  dropped.add('text_invalid');
  return null;
}

function numberOf(data: NumericData, type: string, at: number): number | string {
  const element: unknown = data[at];
  if (typeof element === 'bigint') {
    const value = Number(element);
    return Number.isSafeInteger(value) ? value : String(element);
  }
  if (typeof element !== 'number') return NaN;
  if (type === 'bool') return element === 0 ? 0 : 1;
  const value = type === 'float16' && data instanceof Uint16Array ? float16FromBits(element) : element;
  return Number.isFinite(value) ? value : NaN;
}

/** What stands for no value in the column of a field. */
export function none({ kind }: SentField): RowValue {
  return kind === 'text' ? null : NaN;
}
