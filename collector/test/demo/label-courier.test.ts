import { describe, expect, it } from 'vitest';
import type { LabelLine } from '../../src/api/label.ts';
import type { CollectorClient } from '../../src/cli/collector-client.ts';
import { createLabelCourier } from '../../src/demo/label-courier.ts';
import { createSimulator } from '../../src/demo/simulator.ts';
import type { ModelName } from '../../src/demo/world.ts';

const start = new Date('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

/** A collector that keeps what it is sent. */
function listen() {
  const requests: LabelLine[][] = [];
  const client = {
    request: (_method: string, path: string, options: Parameters<CollectorClient['request']>[2]) => {
      expect(path).toBe('/v1/labels');
      const text = Buffer.from(options!.bytes!.content).toString('utf8');
      requests.push(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as LabelLine),
      );
      return Promise.resolve({});
    },
  } as Pick<CollectorClient, 'request'>;
  return { client, requests };
}

function traffic(model: ModelName, scale = 0.3) {
  const { world, traffic } = createSimulator({ seed: 2, model, start, scale });
  return { world, batches: [...traffic(2)] };
}

describe('the courier of labels', () => {
  it('delivers every label once, when it is known and not before, oldest first', async () => {
    const { client, requests } = listen();
    const courier = createLabelCourier(client);
    const { world, batches } = traffic('income');
    for (const batch of batches) courier.take(world, batch, 1, undefined);
    let sent = 0;
    let untilMs = start.getTime();
    for (let day = 1; day <= 60; day++) {
      const sinceMs = untilMs;
      untilMs = start.getTime() + day * DAY_MS;
      sent += await courier.deliver(untilMs);
      const times = requests.splice(0).flatMap((lines) => lines.map(({ time }) => Date.parse(String(time))));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every((timeMs) => timeMs > sinceMs && timeMs <= untilMs)).toBe(true);
    }
    expect(sent).toBe(batches.reduce((sum, { rowCount }) => sum + rowCount, 0));
  });

  it('says what became true of which row', async () => {
    const { client, requests } = listen();
    const courier = createLabelCourier(client);
    const { world, batches } = traffic('income');
    for (const batch of batches) courier.take(world, batch, 1, undefined);
    await courier.deliver(Infinity);
    const truth = new Map(
      batches.flatMap(({ ids, labels }) => ids.map((id, row) => [id, String(labels[row])] as const)),
    );
    const told = new Map(requests.flat().map((line) => [line.prediction_id, line.label] as const));
    expect(told).toEqual(truth);
    expect(requests.flat().every(({ model }) => model === 'income')).toBe(true);
  });

  it('tells frauds alone, and of loans only those that were approved', async () => {
    const fraud = listen();
    const cards = createLabelCourier(fraud.client);
    const payments = traffic('card-fraud');
    for (const batch of payments.batches) cards.take(payments.world, batch, 1, undefined);
    await cards.deliver(Infinity);
    const frauds = payments.batches.flatMap(({ ids, labels }) => ids.filter((_, row) => labels[row] === 1));
    expect(
      fraud.requests
        .flat()
        .map(({ prediction_id }) => prediction_id)
        .toSorted(),
    ).toEqual(frauds.toSorted());
    expect(fraud.requests.flat().every(({ label }) => label === '1')).toBe(true);

    const credit = listen();
    const loans = createLabelCourier(credit.client);
    const applications = traffic('credit-default');
    const approved: string[] = [];
    for (const batch of applications.batches) {
      const decisions = batch.ids.map((_, row) => String(row % 3 === 0 ? 1 : 0));
      approved.push(...batch.ids.filter((_, row) => decisions[row] === '0'));
      loans.take(applications.world, batch, 1, decisions);
    }
    await loans.deliver(Infinity);
    expect(
      credit.requests
        .flat()
        .map(({ prediction_id }) => prediction_id)
        .toSorted(),
    ).toEqual(approved.toSorted());
  });

  it('leaves out what the agent does not keep: of the same ids, at another share, more or fewer', async () => {
    const { world, batches } = traffic('income');
    const idsAt = async (share: number): Promise<string[]> => {
      const { client, requests } = listen();
      const courier = createLabelCourier(client);
      for (const batch of batches) courier.take(world, batch, share, undefined);
      await courier.deliver(Infinity);
      return requests.flat().map(({ prediction_id }) => prediction_id);
    };
    const [all, half, quarter] = [await idsAt(1), await idsAt(0.5), await idsAt(0.25)];
    expect(half.length / all.length).toBeCloseTo(0.5, 1);
    expect(quarter.length / all.length).toBeCloseTo(0.25, 1);
    expect(quarter.every((id) => half.includes(id))).toBe(true);
  });

  it('sends many labels in several requests', async () => {
    const { client, requests } = listen();
    const courier = createLabelCourier(client);
    const { world, batches } = traffic('income', 1);
    for (const batch of batches) courier.take(world, batch, 1, undefined);
    expect(await courier.deliver(Infinity)).toBeGreaterThan(10_000);
    expect(requests.length).toBeGreaterThan(1);
    expect(Math.max(...requests.map((lines) => lines.length))).toBe(10_000);
  });
});
