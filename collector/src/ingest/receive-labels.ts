import { labelSchema } from '../api/label.ts';
import { checkInput } from '../errors/check-input.ts';
import { readArrowRecords } from './arrow/arrow-records.ts';
import { checkRowTime } from './check-row-time.ts';
import { readCsvRecords } from './csv-records.ts';
import { writeLabelRow } from './label-row.ts';
import { keyId } from './key-id.ts';
import { readNdjsonRecords } from './ndjson-records.ts';
import { createRecordsReceiver, type ReceiveRecords, type RecordsOptions } from './receive-records.ts';

const COLUMNS = ['prediction_id', 'label', 'time', 'model'];

/** Creates the receiver of labels: NDJSON, CSV or Arrow, a row as `labelSchema` says. See `createRecordsReceiver`. */
export function createLabelsReceiver(options: RecordsOptions): ReceiveRecords {
  return createRecordsReceiver(
    {
      table: 'labels',
      readers: {
        'application/x-ndjson': readNdjsonRecords,
        'application/ndjson': readNdjsonRecords,
        'application/jsonl': readNdjsonRecords,
        'application/vnd.apache.arrow.stream': (body) => readArrowRecords(body, { names: COLUMNS }),
        'application/vnd.apache.arrow.file': (body) => readArrowRecords(body, { names: COLUMNS }),
        'text/csv': (body) => readCsvRecords(body, COLUMNS),
      },
      write: (writer, { place, value }, { now }) => {
        const label = checkInput(labelSchema, value, { code: 'PRUMO_INPUT_INVALID', what: place });
        // A label may come months after its prediction: any past is accepted.
        if (label.time !== undefined) checkRowTime(place, label.time, now.getTime(), true);
        writeLabelRow(writer, { ...label, prediction_id: keyId(label.prediction_id, options.idKey) }, now.getTime());
      },
    },
    options,
  );
}
