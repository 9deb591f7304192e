import type { Command } from 'commander';
import { readPort } from './option-values.ts';
import type { Terminal } from './terminal.ts';

interface ServeOptions {
  readonly config?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly json?: boolean;
}

/** `prumo serve`. */
export function addServeCommand(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .summary('run a collector')
    .description(
      'Runs a collector: takes profiles over OTLP/HTTP, stores them, judges drift, answers questions.\nPrints "ready http://HOST:PORT" when it accepts requests. Ctrl-C or SIGTERM stops it; what it acknowledged is stored.',
    )
    .option('--data <folder>', 'folder of everything that it keeps (default: ./prumo-data)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on; 0 takes a free one (default: 4318)', readPort)
    .option('--config <file>', 'configuration file (PRUMO_CONFIG; default: prumo.yaml, if it is there)')
    .option('--json', 'print {"ready": "http://..."} instead of the line')
    .addHelpText('after', '\nExamples:\n  $ prumo serve\n  $ prumo serve --data /var/lib/prumo --port 4318')
    .action((options: ServeOptions) => serve(options, terminal));
}

async function serve({ config: file, data, host, port, json }: ServeOptions, terminal: Terminal): Promise<void> {
  const { loadConfig } = await import('../config/load.ts');
  const given = { ...(data && { data }), ...(host && { host }), ...(port !== undefined && { port }) };
  const config = loadConfig({ file, options: given });
  // From here on, so that a signal during a slow start is not lost.
  const asked = awaitSignal();
  const { startCollector } = await import('../collector.ts');
  const collector = await startCollector(config);
  if (json === true) terminal.print(JSON.stringify({ ready: collector.url }));
  else terminal.print(`ready ${collector.url}`);
  await asked;
  await collector.stop();
  // The embedded engine keeps threads that would hold the process.
  process.exit(0);
}

/** Resolves at the first signal to stop; at a second one the process ends at once. */
function awaitSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const onSignal = (): void => {
      if (isAsked) process.exit(1);
      isAsked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
