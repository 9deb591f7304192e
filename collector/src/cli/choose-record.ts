import type { ModelFile } from '../api/model-file.ts';
import type { RecordColumns } from '../baseline/open-rows.ts';
import { dataError } from '../data-files/data-error.ts';
import { explainUnknownName } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { Terminal } from './terminal.ts';

/** Options that say what of single rows is sent. */
export interface RecordOptions {
  /** Default true. */
  readonly predictions?: boolean;
  readonly withLabels?: boolean;
  readonly labelTime?: string;
}

/** What of single rows is sent beside profiles; without `record` nothing. */
export interface RecordChoice {
  readonly record: RecordColumns | undefined;
  readonly withPredictions: boolean;
  readonly withLabels: boolean;
}

/**
 * Predictions where the model file names an id that the data has, labels where they are asked for.
 *
 * @throws PrumoError `PRUMO_USAGE`, `PRUMO_DATA_INVALID`: labels are asked for and cannot be sent.
 */
export function chooseRecord(
  { predictions = true, withLabels = false, labelTime }: RecordOptions,
  { id, label }: ModelFile,
  { path, columns }: { readonly path: string; readonly columns: readonly string[] },
  terminal: Terminal,
): RecordChoice {
  if (labelTime !== undefined && !withLabels) throw new PrumoError('PRUMO_USAGE', '--label-time needs --with-labels');
  const needColumn = (name: string, what: string): string => {
    if (columns.includes(name)) return name;
    const explained = explainUnknownName('column', name, columns).replace('unknown column', 'there is no column');
    throw dataError(path, '', `${explained}; ${what}`);
  };
  if (withLabels) {
    if (id === undefined || label === undefined) {
      throw new PrumoError(
        'PRUMO_USAGE',
        `--with-labels: the model file names no ${id === undefined ? 'id' : 'label'}`,
      );
    }
    const labels = {
      id: needColumn(id, 'the model file names it (id)'),
      label: needColumn(label, 'the model file names it (label)'),
      labelTime: labelTime === undefined ? undefined : needColumn(labelTime, '--label-time names it'),
    };
    return { record: labels, withPredictions: predictions, withLabels };
  }
  if (!predictions || id === undefined) return { record: undefined, withPredictions: false, withLabels };
  if (columns.includes(id)) return { record: { id }, withPredictions: true, withLabels };
  terminal.note(`Predictions are not sent: the data has no column "${id}", the id of the model file.`);
  return { record: undefined, withPredictions: false, withLabels };
}
