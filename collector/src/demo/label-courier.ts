import { shareOfId } from '@prumo/agent';
import type { LabelLine } from '../api/label.ts';
import type { Accepted } from '../api/prediction.ts';
import type { CollectorClient } from '../cli/collector-client.ts';
import type { Batch } from './simulator.ts';
import type { World } from './world.ts';

/** What became true, on its way: labels wait until people know them, and leave with the next delivery. */
export interface LabelCourier {
  /**
   * Takes the labels of a batch.
   *
   * @param keptShare Share of the rows that the agent keeps: the others have nothing to be joined with.
   * @param decisions What the model decided of each row, where that selects who gets a label.
   */
  readonly take: (world: World, batch: Batch, keptShare: number, decisions: readonly string[] | undefined) => void;
  /** Sends the labels that are known by now, oldest first. Returns how many. */
  readonly deliver: (nowMs: number) => Promise<number>;
}

/** Lines of one request: about 1 MB. */
const LINES_AT_A_TIME = 10_000;

/** The model's decision by which a case goes on, so that its outcome becomes known: a loan that is not declined. */
export const APPROVED = '0';

interface Waiting {
  readonly timeMs: number;
  readonly line: LabelLine;
}

/** Creates a courier that sends to `POST /v1/labels`, as `prumo labels import` does. */
export function createLabelCourier(client: Pick<CollectorClient, 'request'>): LabelCourier {
  let waiting: Waiting[] = [];
  return {
    take: ({ model, labels: { comeFor } }, { ids, labels, labelTimes }, keptShare, decisions) => {
      ids.forEach((id, row) => {
        const timeMs = labelTimes[row] ?? NaN;
        if (Number.isNaN(timeMs) || shareOfId(id, 'row') >= keptShare) return;
        if (comeFor === 'approved' && decisions?.[row] !== APPROVED) return;
        const time = new Date(timeMs).toISOString();
        waiting.push({ timeMs, line: { prediction_id: id, label: String(labels[row]), model, time } });
      });
    },
    deliver: async (nowMs) => {
      const due = waiting.filter(({ timeMs }) => timeMs <= nowMs).sort((a, b) => a.timeMs - b.timeMs);
      waiting = waiting.filter(({ timeMs }) => timeMs > nowMs);
      for (let from = 0; from < due.length; from += LINES_AT_A_TIME) {
        const text = due
          .slice(from, from + LINES_AT_A_TIME)
          .map(({ line }) => `${JSON.stringify(line)}\n`)
          .join('');
        const bytes = { content: Buffer.from(text), type: 'application/x-ndjson' };
        await client.request<Accepted>('POST', '/v1/labels', { bytes });
      }
      return due.length;
    },
  };
}
