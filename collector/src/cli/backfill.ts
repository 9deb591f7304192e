import type { Command } from 'commander';
import { addClientOptions } from './client-options.ts';
import { readCount, readDuration, readInstant } from './option-values.ts';
import type { BackfillOptions } from './run-backfill.ts';
import type { Terminal } from './terminal.ts';

/** `prumo backfill`. */
export function addBackfillCommand(program: Command, terminal: Terminal): void {
  addClientOptions(program.command('backfill'))
    .summary('profile past rows and send the profiles')
    .description(
      'Profiles past rows with the same code as the agent, and sends the profiles: for batch models and for history.\nWhere the model file names an id, the id, time, score, outputs and segment of each row are sent too, as predictions;\ninputs never leave this process. A file of the same name counts once, however often it is sent, corrected or not.',
    )
    .argument('<data>', 'data file: .csv, .tsv, .ndjson, .jsonl (each also with .gz) or .parquet')
    .requiredOption('--model <name>', 'name of the model')
    .requiredOption('--version <version>', 'version that made these predictions')
    .option('--time <column>', 'column with the time of each row (default: as the model file says)')
    .option('--start <instant>', 'without times: start of the first window, on the hour', readInstant)
    .option('--window <duration>', 'without times: length of each window, in whole hours', readDuration)
    .option('--rows-per-window <rows>', 'without times: rows of each window', readCount)
    .option('--onnx <file>', 'ONNX file, to compute outputs that the data lacks (default: the registered one)')
    .option('--environment <name>', 'deployment environment', 'production')
    .option('--as <name>', 'name by which a later backfill replaces this one (default: the name of the data file)')
    .option('--no-predictions', 'send profiles only, although the model file names an id')
    .option('--with-labels', 'send the label of each row that has one, as the model file names it')
    .option('--label-time <column>', 'column with the time at which a label became known (default: when it arrives)')
    .option('--wait', 'return when all is judged')
    .addHelpText('after', EXAMPLES)
    .action(async (data: string, options: BackfillOptions) => {
      const { runBackfill } = await import('./run-backfill.ts');
      await runBackfill(data, options, terminal);
    });
}

const EXAMPLES = `
With times, rows are put into UTC hours. Without, each run of --rows-per-window rows is put into the next window.
Outputs come from columns named as the outputs, else from the ONNX file, else they are left out.
A backfill replaces an earlier one of the same model, version, environment and file name (without its folder): in each window
the counts that both have. What only the earlier file had stays: a window, a segment, a category, missing rows of a field.
Files whose windows overlap need different names, or --as, for all of their rows to count.
A row with an empty id is profiled and not sent; a row with an empty label has none yet.

Examples:
  $ prumo backfill --model credit-default --version 3 --time decided_at decisions.parquet --wait
  $ prumo backfill --model credit-default --version 3 decisions.parquet --with-labels --label-time settled_at
  $ prumo backfill --model census --version 1 --start 2026-01-01 --window 1h --rows-per-window 5000 analysis.csv.gz`;
