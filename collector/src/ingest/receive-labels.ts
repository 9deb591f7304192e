import { labelSchema } from '../api/label.ts';
import { checkInput } from '../errors/check-input.ts';
import { checkRowTime } from './check-row-time.ts';
import { readCsvRecords } from './csv-records.ts';
import { writeLabelRow } from './label-row.ts';
import { readNdjsonRecords } from './ndjson-records.ts';
import { createRecordsReceiver, type ReceiveRecords, type RecordsOptions } from './receive-records.ts';

const COLUMNS = ['prediction_id', 'label', 'time', 'model'];

/** Creates the receiver of labels: NDJSON or CSV, a row as `labelSchema` says. See `createRecordsReceiver`. */
export function createLabelsReceiver(options: RecordsOptions): ReceiveRecords {
  return createRecordsReceiver(
    {
      table: 'labels',
      readers: {
        'application/x-ndjson': readNdjsonRecords,
        'application/ndjson': readNdjsonRecords,
        'application/jsonl': readNdjsonRecords,
        'text/csv': (body) => readCsvRecords(body, COLUMNS),
      },
      write: (writer, { line, value }, { now }) => {
        const label = checkInput(labelSchema, value, { code: 'PRUMO_INPUT_INVALID', what: `line ${line}` });
        // A label may come months after its prediction: any past is accepted.
        if (label.time !== undefined) checkRowTime(line, label.time, now.getTime(), true);
        writeLabelRow(writer, label, now.getTime());
      },
    },
    options,
  );
}
