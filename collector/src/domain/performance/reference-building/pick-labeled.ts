import type { LabeledRows } from '../labeled-rows.ts';

/** The rows at `indexes`, in that order. */
export function pickLabeled(labeled: LabeledRows, indexes: ArrayLike<number>): LabeledRows {
  if (labeled.task === 'binary') {
    const { scores, labels, weights, decisions, amounts } = labeled.rows;
    return {
      task: 'binary',
      rows: {
        scores: pick(scores, indexes),
        labels: Uint8Array.from(indexes, (row) => labels[row]!),
        weights: pick(weights, indexes),
        ...(decisions === undefined ? {} : { decisions: Uint8Array.from(indexes, (row) => decisions[row]!) }),
        ...(amounts === undefined ? {} : { amounts: pick(amounts, indexes) }),
      },
    };
  }
  if (labeled.task === 'regression') {
    const { predictions, labels, weights } = labeled.rows;
    return {
      task: 'regression',
      rows: { predictions: pick(predictions, indexes), labels: pick(labels, indexes), weights: pick(weights, indexes) },
    };
  }
  const { classes, scores, labels, predicted, weights } = labeled.rows;
  const picked = new Float64Array(indexes.length * classes.length);
  for (let i = 0; i < indexes.length; i++) {
    picked.set(scores.subarray(indexes[i]! * classes.length, (indexes[i]! + 1) * classes.length), i * classes.length);
  }
  return {
    task: 'multiclass',
    rows: {
      classes,
      scores: picked,
      labels: Int32Array.from(indexes, (row) => labels[row]!),
      predicted: Int32Array.from(indexes, (row) => predicted[row]!),
      weights: pick(weights, indexes),
    },
  };
}

function pick(values: Float64Array, indexes: ArrayLike<number>): Float64Array {
  return Float64Array.from(indexes, (row) => values[row]!);
}
