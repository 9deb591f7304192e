import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import { APPROVED } from './label-courier.ts';
import { decisionsOf, toFeeds } from './replay.ts';
import type { Simulator } from './simulator.ts';

/** Column with the time at which the label became known. */
export const LABEL_TIME = 'label_known_at';

/**
 * Writes the reference rows as NDJSON, as people would have them: with a label, and the time at which it became known, only where it ever did.
 */
export async function writeReference(simulator: Simulator, session: InferenceSession, file: string): Promise<void> {
  const { world } = simulator;
  const reference = simulator.reference();
  const isSelected = world.labels.comeFor === 'approved';
  const decisions = isSelected ? decisionsOf(await session.run(toFeeds(reference.tensors))) : undefined;
  const stream = createWriteStream(file);
  let index = 0;
  for (const row of reference.rows()) {
    const time = reference.labelTimes[index] ?? NaN;
    const known = Number.isNaN(time) ? null : new Date(time).toISOString();
    const outcome =
      isSelected && decisions?.[index] !== APPROVED
        ? { [world.label]: null, [LABEL_TIME]: null }
        : { [LABEL_TIME]: known };
    if (!stream.write(`${JSON.stringify({ ...row, ...outcome })}\n`)) await once(stream, 'drain');
    index++;
  }
  stream.end();
  await once(stream, 'finish');
}
