import { Option, type Command } from 'commander';
import { addClientOptions } from './client-options.ts';
import { readCount, readDuration } from './option-values.ts';
import type { BaselineOptions } from './run-baseline.ts';
import type { Terminal } from './terminal.ts';

/** `prumo baseline`. */
export function addBaselineCommand(program: Command, terminal: Terminal): void {
  addClientOptions(program.command('baseline'))
    .summary('profile reference rows and seal them as the baseline')
    .description(
      'Profiles the reference rows of a version and seals the profiles as its baseline. Rows stay in this process; profiles are sent.',
    )
    .argument('<data>', 'data file: .csv, .tsv, .ndjson, .jsonl (each also with .gz) or .parquet')
    .requiredOption('--model <name>', 'name of the model')
    .requiredOption('--version <version>', 'version that the rows are the reference of')
    .addOption(
      new Option('--kind <kind>', 'where the rows come from (default: heldout)').choices([
        'training',
        'heldout',
        'production',
      ]),
    )
    .addOption(
      new Option(
        '--rows-per-chunk <rows>',
        "rows of each chunk, for the reference's own spread (default: 10 equal chunks)",
      )
        .argParser(readCount)
        .conflicts('chunk'),
    )
    .option('--chunk <duration>', 'length of each chunk, as 1d; needs a time column', readDuration)
    .option('--onnx <file>', 'ONNX file (default: the registered one)')
    .option('--label-time <column>', 'column with the time at which a label became known: how late labels are')
    .addHelpText('after', EXAMPLES)
    .action(async (data: string, options: BaselineOptions) => {
      const { runBaseline } = await import('./run-baseline.ts');
      await runBaseline(data, options, terminal);
    });
}

const EXAMPLES = `
Outputs come from columns named as the outputs, else from the ONNX file. With an ONNX file the impact of each field is
measured by asking the model, else it is estimated from the predictions in the data.

With the label column of the model file the baseline learns the expected performance, and to estimate it without labels: from heldout
and production rows, never from training rows.

Kinds: heldout rows were not used to fit the model; training rows were; production rows are past traffic.

Examples:
  $ prumo baseline --model credit-default --version 3 validation.parquet
  $ prumo baseline --model credit-default --version 3 validation.parquet --label-time settled_at
  $ prumo baseline --model census --version 1 --kind production --rows-per-chunk 5000 reference.csv.gz`;
