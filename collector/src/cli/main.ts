import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { addBackfillCommand } from './backfill.ts';
import { addBaselineCommand } from './baseline.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addDriftCommand } from './drift.ts';
import { addIncidentCommand } from './incident.ts';
import { addLabelsCommand } from './labels.ts';
import { addModelCommand } from './model.ts';
import { addPerformanceCommand } from './performance.ts';
import { EXIT, reportError } from './report-error.ts';
import { addServeCommand } from './serve.ts';
import { createTerminal } from './terminal.ts';

/** Runs the command line; sets `process.exitCode` to 0 (done), 1 (failed) or 2 (could not run). */
export async function main(argv: readonly string[]): Promise<void> {
  enableCompileCache();
  const terminal = createTerminal();
  const program = new Command('prumo')
    .description(
      'Watches machine-learning models in production: profiles every row, judges drift and performance, opens incidents.',
    )
    .version(readVersion(), '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .addHelpText('after', EXIT_CODES);
  // In the order in which a newcomer needs them.
  for (const add of [
    addServeCommand,
    addDemoCommand,
    addModelCommand,
    addBaselineCommand,
    addBackfillCommand,
    addDriftCommand,
    addLabelsCommand,
    addPerformanceCommand,
    addIncidentCommand,
    addDoctorCommand,
    addConfigCommand,
  ]) {
    add(program, terminal);
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? exitCodeOf(error) : reportError(error, terminal);
  }
}

const EXIT_CODES = `
Exit codes: 0 done; 1 ran, and the answer is bad (input refused, a check failed); 2 could not run.

First steps:
  $ prumo demo --exit                       see what it does, on a month of simulated traffic
  $ prumo serve --data ./prumo-data         start a collector
  $ prumo model register prumo.model.yaml   tell it what your model is`;

/** Commander has written its message already; help that was asked for is no error. */
function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.ok : EXIT.couldNotRun;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
