/**
 * Writes the training rows of each model as CSV, for `train.py`: `node collector/src/demo/training/export.ts DIRECTORY`.
 *
 * The rows are of another seed than any that the demo uses by default: a model is trained once, and meets new people.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulator } from '../simulator.ts';
import { MODEL_NAMES } from '../world.ts';
import type { ModelName } from '../world.ts';

const TRAINING_SEED = 20_260_101;
const TRAINING_START = new Date('2026-06-01T00:00:00Z');

/** Lines of a CSV file with a heading: every field in the order of the world, then the label. Missing is empty. */
export function* trainingLines(model: ModelName, rows?: number): Generator<string> {
  const simulator = createSimulator({ seed: TRAINING_SEED, model, start: TRAINING_START });
  const columns = [...simulator.world.fields.map((field) => field.name), simulator.world.label];
  yield columns.join(',');
  for (const row of simulator.training(rows).rows()) yield columns.map((column) => String(row[column] ?? '')).join(',');
}

if (import.meta.main) {
  const directory = process.argv[2];
  if (directory === undefined) throw new Error('usage: node export.ts DIRECTORY');
  mkdirSync(directory, { recursive: true });
  for (const model of MODEL_NAMES)
    writeFileSync(join(directory, `${model}.csv`), [...trainingLines(model), ''].join('\n'));
}
