import type { LabeledRows } from '../labeled-rows.ts';
import { measureBinary } from './measure-binary.ts';
import { measureMulticlass } from './measure-multiclass.ts';
import { measureRegression } from './measure-regression.ts';
import type { Measured, MeasureSettings } from './measured.ts';

/** Realized performance: the metrics of labeled rows by their task, each with a 95 % interval. The order of the rows changes nothing. */
export function measureLabeled(labeled: LabeledRows, settings: MeasureSettings): Measured {
  switch (labeled.task) {
    case 'binary':
      return measureBinary(labeled.rows, settings);
    case 'multiclass':
      return measureMulticlass(labeled.rows, settings);
    case 'regression':
      return measureRegression(labeled.rows);
  }
}
