import type { Command } from 'commander';
import { readPort } from './option-values.ts';
import type { Terminal } from './terminal.ts';

interface ConfigOptions {
  readonly config?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly json?: boolean;
}

/** `prumo config check`. */
export function addConfigCommand(program: Command, terminal: Terminal): void {
  program
    .command('config')
    .summary('check the configuration')
    .description('Works on the configuration of a collector.')
    .command('check')
    .summary('print the configuration that `prumo serve` would use')
    .description('Checks defaults, file, environment and options together, and prints what results, without secrets.')
    .option('--config <file>', 'configuration file (PRUMO_CONFIG; default: prumo.yaml, if it is there)')
    .option('--data <folder>', 'as of `prumo serve`')
    .option('--host <address>', 'as of `prumo serve`')
    .option('--port <port>', 'as of `prumo serve`', readPort)
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((options: ConfigOptions) => checkConfig(options, terminal));
}

async function checkConfig({ config: file, data, host, port, json }: ConfigOptions, terminal: Terminal): Promise<void> {
  const { loadConfig } = await import('../config/load.ts');
  const { redactConfig } = await import('../config/redact.ts');
  const given = { ...(data && { data }), ...(host && { host }), ...(port !== undefined && { port }) };
  const config = redactConfig(loadConfig({ file, options: given }));
  if (json === true) {
    terminal.printJson(config);
    return;
  }
  const { stringify } = await import('yaml');
  terminal.print(stringify(config).trimEnd());
  terminal.note('The configuration is valid.');
}

const EXAMPLES = `
Examples:
  $ prumo config check
  $ prumo config check --config /etc/prumo.yaml --json`;
