import type { Command } from 'commander';
import { addClientOptions } from './client-options.ts';
import type { LabelsImportOptions } from './run-labels-import.ts';
import type { Terminal } from './terminal.ts';

/** `prumo labels import`. */
export function addLabelsCommand(program: Command, terminal: Terminal): void {
  const labels = program
    .command('labels')
    .summary('bring in what came true')
    .description('Labels: what came true of predictions, weeks later, twice, corrected.');
  addClientOptions(labels.command('import'))
    .summary('send the labels of a data file')
    .description(
      'Sends labels to the collector, which joins them with the predictions of their ids and judges the windows that they touch. Of\nseveral labels of one id the newest by its own time counts; without times, that of the later request.',
    )
    .argument('<data>', 'data file: .csv, .tsv, .ndjson, .jsonl (each also with .gz) or .parquet')
    .option('--model <name>', 'model of the labels (default: the column "model", else the one model that has the id)')
    .option('--id <column>', 'column with the id of the prediction (default: prediction_id, or id)')
    .option('--label <column>', 'column with the label (default: label)')
    .option('--time <column>', 'column with the time at which the label became known (default: time, if there)')
    .option('--no-wait', 'return when the labels are on disk, before the windows are judged')
    .addHelpText('after', EXAMPLES)
    .action(async (data: string, options: LabelsImportOptions) => {
      const { runLabelsImport } = await import('./run-labels-import.ts');
      await runLabelsImport(data, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  $ prumo labels import outcomes.csv --model credit-default --id application_id --label defaulted --time known_at
  $ prumo labels import labels.ndjson.gz --no-wait`;
