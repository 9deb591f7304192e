import type { Command } from 'commander';
import { readPort } from './option-values.ts';
import type { Terminal } from './terminal.ts';

/** `prumo demo`: the whole way of a datum, on simulated traffic with known incidents. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .summary('a month of simulated traffic through real models, with known incidents')
    .description(
      'Starts a collector, sends a month of simulated traffic with known incidents through real ONNX models and the agent,\nprints what was found and when, and keeps serving.',
    )
    .option('--exit', 'end after the table instead of serving on')
    .option('--json', 'print one JSON document and nothing else')
    .option('--data <folder>', 'keep the data here (default: a temporary folder)')
    .option('--port <port>', 'port to listen on; 0 takes a free one', readPort)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      const { runDemoCommand } = await import('../demo/command.ts');
      process.exitCode = await runDemoCommand(options, terminal);
    });
}

interface DemoOptions {
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly data?: string;
  readonly port?: number;
}

const EXAMPLES = `
Examples:
  $ prumo demo                  look around afterward at http://127.0.0.1:4318/docs
  $ prumo demo --exit
  $ prumo demo --exit --json > demo.json`;
