import { acceptedSchema } from '../api/prediction.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';
import { acceptBytes } from './json-body.ts';
import { readRecords } from './record-body.ts';

/** `POST /v1/labels`: labels as NDJSON, CSV or Arrow, plain or gzip. Answered when all of them are on disk. */
export function routeLabels(app: App, { receiveLabels, metrics, ...options }: HttpOptions): void {
  const rows = metrics.counter('prumo_labels_total', 'Labels that were accepted.');
  acceptBytes(app, undefined);
  app.post(
    '/v1/labels',
    {
      schema: {
        summary: 'Take labels, one JSON object or one CSV row per line, or as Arrow; with one bad row none is kept',
        consumes: ['application/x-ndjson', 'text/csv', 'application/vnd.apache.arrow.stream'],
        response: answers(acceptedSchema),
      },
    },
    async (request) => {
      const taken = await receiveLabels(await readRecords(request, options));
      rows.add({}, taken.accepted);
      return taken;
    },
  );
}
