import { type Command, InvalidArgumentError } from 'commander';
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
    .option('--seed <number>', 'another world of the same kind (default: 1)', readSeed)
    .option('--scale <factor>', 'volume of the traffic, from 0.01 to 10 (default: 1)', readScale)
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
  readonly seed?: number;
  readonly scale?: number;
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31) return seed;
  throw new InvalidArgumentError('a whole number from 0 is expected');
}

function readScale(text: string): number {
  const scale = Number(text);
  if (scale >= 0.01 && scale <= 10) return scale;
  throw new InvalidArgumentError('a number from 0.01 to 10 is expected');
}

const EXAMPLES = `
Examples:
  $ prumo demo                  look around afterward at http://127.0.0.1:4318/docs
  $ prumo demo --exit
  $ prumo demo --exit --json > demo.json`;
