import type { LabeledRows } from '../labeled-rows.ts';

const ROWS_PER_CLASS = 10;
const ROWS_OF_REGRESSION = 30;

/**
 * Why rows have too few labels for any verdict, in words; undefined where they have enough: 10 rows of both classes, 10 rows each of at least two
 * of many classes, 30 rows of a regression.
 */
export function tooFewLabels(labeled: LabeledRows): string | undefined {
  switch (labeled.task) {
    case 'binary': {
      const { labels } = labeled.rows;
      let positives = 0;
      for (let i = 0; i < labels.length; i++) positives += labels[i]!;
      const rarer = Math.min(positives, labels.length - positives);
      return rarer < ROWS_PER_CLASS ? `${rarer} of the rarer class; ${ROWS_PER_CLASS} are needed` : undefined;
    }
    case 'multiclass': {
      const counts = labeled.rows.classes.map(() => 0);
      for (const label of labeled.rows.labels) counts[label]!++;
      const second = counts.sort((a, b) => b - a)[1] ?? 0;
      if (second >= ROWS_PER_CLASS) return undefined;
      return `${second} of the second most frequent class; ${ROWS_PER_CLASS} are needed`;
    }
    case 'regression': {
      const rows = labeled.rows.labels.length;
      return rows < ROWS_OF_REGRESSION ? `${rows} labeled rows; ${ROWS_OF_REGRESSION} are needed` : undefined;
    }
  }
}
