import { predictionSchema } from '../api/prediction.ts';
import { checkInput } from '../errors/check-input.ts';
import { readArrowRecords, type ArrowColumns } from './arrow/arrow-records.ts';
import { checkRowTime } from './check-row-time.ts';
import { keyId } from './key-id.ts';
import { readNdjsonRecords } from './ndjson-records.ts';
import { writePredictionRow } from './prediction-row.ts';
import { createRecordsReceiver, type ReceiveRecords, type RecordsOptions } from './receive-records.ts';

const COLUMNS: ArrowColumns = {
  names: ['model', 'version', 'sha256', 'environment', 'serving_role', 'id', 'time', 'score', 'weight'],
  prefixes: { segment: 'segment', output: 'outputs', input: 'inputs' },
};

/** Creates the receiver of predictions: NDJSON or Arrow, a row as `predictionSchema` says. See `createRecordsReceiver`. */
export function createPredictionsReceiver(options: RecordsOptions): ReceiveRecords {
  return createRecordsReceiver(
    {
      table: 'predictions',
      readers: {
        'application/x-ndjson': readNdjsonRecords,
        'application/ndjson': readNdjsonRecords,
        'application/jsonl': readNdjsonRecords,
        'application/vnd.apache.arrow.stream': (body) => readArrowRecords(body, COLUMNS),
        'application/vnd.apache.arrow.file': (body) => readArrowRecords(body, COLUMNS),
      },
      write: (writer, { place, value }, { now, scopes }) => {
        const prediction = checkInput(predictionSchema, value, { code: 'PRUMO_INPUT_INVALID', what: place });
        checkRowTime(place, prediction.time, now.getTime(), scopes.includes('write'));
        writePredictionRow(writer, { ...prediction, id: keyId(prediction.id, options.idKey) }, now.getTime());
      },
    },
    options,
  );
}
