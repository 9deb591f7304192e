import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelSchema, type LabelLine } from '../../src/api/label.ts';
import { predictionSchema, type PredictionLine } from '../../src/api/prediction.ts';
import { writeLabelRow } from '../../src/ingest/label-row.ts';
import { writePredictionRow } from '../../src/ingest/prediction-row.ts';
import { RowBinaryWriter } from '../../src/ingest/row-binary.ts';
import type { Store } from '../../src/store/store.ts';

/** Brings rows as they are sent into a store. */
export class RowSender {
  readonly #store: Store;
  readonly #folder: string;
  #files = 0;

  constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  async predict(lines: readonly PredictionLine[], arrivedAtMs: number): Promise<void> {
    const writer = new RowBinaryWriter();
    for (const line of lines) writePredictionRow(writer, predictionSchema.parse(line), arrivedAtMs);
    await this.#insert('predictions', writer);
  }

  async label(lines: readonly LabelLine[], arrivedAtMs: number): Promise<void> {
    const writer = new RowBinaryWriter();
    for (const line of lines) writeLabelRow(writer, labelSchema.parse(line), arrivedAtMs);
    await this.#insert('labels', writer);
  }

  async #insert(table: 'predictions' | 'labels', writer: RowBinaryWriter): Promise<void> {
    const path = join(this.#folder, `${table}-${++this.#files}.rowbinary`);
    await writeFile(path, writer.bytes());
    await this.#store.insertFile(table, path, `${table}-${this.#files}`);
  }
}
