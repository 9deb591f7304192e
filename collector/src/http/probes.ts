import type { App, HttpOptions } from './app.ts';
import type { Metrics } from './metrics.ts';

/** `/healthz`: the process answers; `/readyz`: it can take and answer things; `/metrics`: numbers about itself. */
export function routeProbes(app: App, { assertReady, metrics }: HttpOptions): void {
  gaugeProcess(metrics);
  app.get('/healthz', { schema: { hide: true } }, (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    await assertReady();
    return reply.type('text/plain').send('ready\n');
  });
  app.get('/metrics', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.render()),
  );
}

function gaugeProcess(metrics: Metrics): void {
  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.gauge('process_cpu_seconds', 'User and system time of the processor.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('process_uptime_seconds', 'Time since the start.', () => process.uptime());
}
