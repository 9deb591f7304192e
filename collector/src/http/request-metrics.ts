import type { App } from './app.ts';
import type { Metrics } from './metrics.ts';

/** Counts requests by route, method and status, and their time by route. Unknown paths are one route. */
export function countRequests(app: App, metrics: Metrics): void {
  const requests = metrics.counter('prumo_http_requests_total', 'Answered requests.');
  const seconds = metrics.counter('prumo_http_request_seconds_total', 'Time spent on requests, in seconds.');
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.add({ route, method: request.method, status: reply.statusCode });
    seconds.add({ route }, reply.elapsedTime / 1000);
    done();
  });
}
