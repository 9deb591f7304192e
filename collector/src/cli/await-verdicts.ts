import type { DriftRow, JudgeAnswer } from '../api/drift.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';

/** What was sent, and is to be judged. */
export interface SentRows {
  readonly model: string;
  readonly version: string;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
}

/** A second look finds what was sent meanwhile by others; more would follow live traffic for ever. */
const MOST_LOOKS = 5;

/**
 * Lets the collector judge a period until it finds nothing more to judge, and tells what its verdicts cover: windows that have
 * not ended, and rows too few for a verdict, wait for later ones.
 */
export async function awaitVerdicts(
  client: CollectorClient,
  { model, version, environment, from, to }: SentRows,
): Promise<{ readonly windows: number; readonly rows: number }> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const judged = await client.request<JudgeAnswer>('POST', pathOf('models', model, 'judge'), { json: { from, to } });
    if (judged.windows === 0) break;
  }
  const query = { version, environment, from, to };
  const verdicts = await client.request<DriftRow[]>('GET', pathOf('models', model, 'drift'), { query });
  // Every field has a verdict in each window, so the most rows of a window are its rows.
  const rowsOf = new Map<string, number>();
  for (const { window, rows, segment } of verdicts) {
    if (Object.keys(segment).length === 0) rowsOf.set(window.start, Math.max(rowsOf.get(window.start) ?? 0, rows));
  }
  return { windows: rowsOf.size, rows: [...rowsOf.values()].reduce((sum, rows) => sum + rows, 0) };
}
