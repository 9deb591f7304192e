import { setTimeout as pause } from 'node:timers/promises';
import type { DriftRow, JudgeAnswer } from '../api/drift.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';
import type { Terminal } from './terminal.ts';

/** What was sent, and is to be judged. */
export interface SentRows {
  readonly model: string;
  readonly version: string;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
}

/** Longest wait without any further row being judged. */
const STALL_MS = 120_000;
const PAUSE_MS = 500;

/**
 * Lets the collector judge a period until its verdicts cover all rows that were sent.
 *
 * @throws PrumoError `PRUMO_NOT_READY` when nothing moves for two minutes.
 */
export async function awaitVerdicts(
  client: CollectorClient,
  sent: SentRows,
  terminal: Terminal,
): Promise<{ readonly windows: number; readonly rows: number }> {
  let best = -1;
  let movedAt = performance.now();
  for (;;) {
    await client.request<JudgeAnswer>('POST', pathOf('models', sent.model, 'judge'), {
      json: { from: sent.from, to: sent.to },
    });
    const covered = await readCoverage(client, sent);
    if (covered.rows >= sent.rows) return covered;
    if (covered.rows > best) {
      best = covered.rows;
      movedAt = performance.now();
    }
    if (performance.now() - movedAt > STALL_MS) {
      const message = `after two minutes only ${covered.rows} of ${sent.rows} rows are judged`;
      throw new PrumoError('PRUMO_NOT_READY', message, {
        detail: { remedy: 'Look at prumo doctor and the log of the collector.' },
      });
    }
    terminal.progress(`judged  ${covered.rows} of ${sent.rows} rows`);
    await pause(PAUSE_MS);
  }
}

/** Rows of the judged windows: every field has a verdict in each, so one field tells. */
async function readCoverage(client: CollectorClient, sent: SentRows): Promise<{ windows: number; rows: number }> {
  const { model, version, environment, from, to } = sent;
  const verdicts = await client.request<DriftRow[]>('GET', pathOf('models', model, 'drift'), {
    query: { version, environment, from, to },
  });
  const rowsOf = new Map<string, number>();
  for (const { window, rows, segment } of verdicts) {
    if (Object.keys(segment).length > 0) continue;
    rowsOf.set(window.start, Math.max(rowsOf.get(window.start) ?? 0, rows));
  }
  return { windows: rowsOf.size, rows: [...rowsOf.values()].reduce((sum, rows) => sum + rows, 0) };
}
