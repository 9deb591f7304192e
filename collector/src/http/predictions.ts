import { acceptedSchema } from '../api/prediction.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';
import { acceptBytes } from './json-body.ts';
import { readRecords } from './record-body.ts';

/** `POST /v1/predictions`: prediction rows as NDJSON or Arrow, plain or gzip. Answered when all of them are on disk. */
export function routePredictions(app: App, { receivePredictions, metrics, ...options }: HttpOptions): void {
  const rows = metrics.counter('prumo_predictions_total', 'Prediction rows that were accepted.');
  acceptBytes(app, undefined);
  app.post(
    '/v1/predictions',
    {
      schema: {
        summary: 'Take predictions, one JSON object per line or as Arrow; with one bad row none is kept',
        consumes: ['application/x-ndjson', 'application/vnd.apache.arrow.stream'],
        response: answers(acceptedSchema),
      },
    },
    async (request) => {
      const taken = await receivePredictions(await readRecords(request, options));
      rows.add({}, taken.accepted);
      return taken;
    },
  );
}
