import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Batch, BatchQueue } from '../../src/export/batch-queue.ts';
import { DropCounter } from '../../src/export/drop-counter.ts';

function makeBatch(sizeBytes: number, madeAtMs = 0): Batch {
  return { metrics: {} as ResourceMetrics, pointCount: 1, sizeBytes, madeAtMs };
}

test('whatever comes and goes, bytes stay within the bound and every batch is sent or counted', () => {
  const step = fc.oneof(fc.integer({ min: 1, max: 150 }), fc.constant('send' as const));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const dropped = new DropCounter();
      const queue = new BatchQueue(300, 1000, dropped);
      let pushed = 0;
      let sent = 0;
      for (const action of steps) {
        if (action === 'send') {
          const batch = queue.peek(0);
          if (batch === undefined) continue;
          queue.remove(batch);
          sent++;
        } else {
          queue.push(makeBatch(action));
          pushed++;
        }
        expect(queue.sizeBytes).toBeLessThanOrEqual(300);
      }
      expect(sent + queue.length + (dropped.totals().queue_full ?? 0)).toBe(pushed);
    }),
  );
});

test('the oldest go first: by age, and when there is no room', () => {
  const dropped = new DropCounter();
  const queue = new BatchQueue(100, 1000, dropped);
  const batches = [makeBatch(40, 0), makeBatch(40, 500), makeBatch(40, 600)];
  for (const batch of batches) queue.push(batch);
  expect(dropped.totals()).toEqual({ queue_full: 1 });
  expect(queue.peek(1500)).toBe(batches[1]);
  expect(queue.peek(1501)).toBe(batches[2]);
  expect(dropped.totals()).toEqual({ queue_full: 1, queue_age: 1 });
});

test('a batch that was dropped while it was being sent is not taken out twice', () => {
  const queue = new BatchQueue(100, 1000, new DropCounter());
  const first = makeBatch(60);
  queue.push(first);
  queue.push(makeBatch(60));
  queue.remove(first);
  expect(queue.sizeBytes).toBe(60);
});
