import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftQuerySchema } from '../../src/api/index.ts';
import { answerAdHoc } from '../../src/answers/answer-ad-hoc.ts';
import { answerDistribution } from '../../src/answers/answer-distribution.ts';
import { Registry } from '../../src/registry/registry.ts';
import type { ModelScope, SeriesQuestion, Store } from '../../src/store/store.ts';
import { MemoryEventStore } from '../registry/memory-event-store.ts';
import { modelFile, sampleReference } from '../registry/sample.ts';

const NOW = Date.UTC(2026, 5, 10, 11, 20);
const { model } = modelFile;
const inputs = Object.fromEntries(Object.entries(modelFile.inputs).map(([k, v]) => [k, { ...v, dtype: 'float32' }]));
const hours = { first: new Date('2026-06-01T03:00:00Z'), last: new Date('2026-06-02T22:00:00Z') };

/** Answers over a store that holds nothing but the hours of the model in production; `asked` is what was read. */
async function openAnswers() {
  const asked: SeriesQuestion[] = [];
  const store: Partial<Store> = {
    hoursOf: ({ environment }: ModelScope) => Promise.resolve(environment === 'production' ? hours : undefined),
    readSeries: (question) => {
      asked.push(question);
      return Promise.resolve([]);
    },
    readDrift: () => Promise.resolve([]),
    readIncidents: () => Promise.resolve([]),
  };
  const blobsFolder = mkdtempSync(join(tmpdir(), 'prumo-answers-'));
  const registry = new Registry({ store: new MemoryEventStore(), blobsFolder, now: () => new Date(NOW) });
  await registry.register({ modelFile: { ...modelFile, inputs } }, 'ana');
  await registry.sealBaseline(sampleReference(), 'ana');
  const settings = { store: store as Store, registry, now: () => NOW };
  const version = await registry.choose(model, {});
  const ask = (question: Record<string, string>) => {
    const query = driftQuerySchema.parse(question);
    return answerAdHoc(settings, version, { ...query, window: query.window ?? 86_400_000 });
  };
  return { asked, settings, ask };
}

describe('an ad-hoc question', () => {
  it('with open ends reaches from the first to the last hour of the model, on whole windows', async () => {
    const { ask, asked } = await openAnswers();
    await ask({ window: '6h' });
    await ask({ window: '6h', from: '2026-06-02T07:00:00Z' });
    expect(asked.map(({ from, to }) => [from.toISOString(), to.toISOString()])).toEqual([
      ['2026-06-01T00:00:00.000Z', '2026-06-03T00:00:00.000Z'],
      ['2026-06-02T06:00:00.000Z', '2026-06-03T00:00:00.000Z'],
    ]);
  });

  it('has no answer where the model has no rows, and reads none', async () => {
    const { ask, asked } = await openAnswers();
    expect(await ask({ environment: 'staging' })).toEqual([]);
    expect(await ask({ from: '2027-01-01T00:00:00Z' })).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each([
    { window: '1m', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    { window: '1m', reference: 'trailing:3650d' },
    { window: '1m', reference: 'trailing:999999999999d' },
    { window: '5m', reference: 'seasonal' },
    { window: '1h', reference: 'pinned:1990-01-01T00:00:00Z/1990-01-02T00:00:00Z' },
  ])('is refused before anything is read where it reaches too far: %j', async (question) => {
    const { ask, asked } = await openAnswers();
    await expect(ask(question)).rejects.toMatchObject({
      code: 'PRUMO_INPUT_INVALID',
      message: expect.stringMatching(/reaches over \d+(e\+\d+)? windows.*at most 5000/) as string,
    });
    expect(asked).toEqual([]);
  });

  it('may reach over the past that its reference needs', async () => {
    const { ask, asked } = await openAnswers();
    await ask({ window: '1h', reference: 'seasonal' });
    expect(asked[0]?.from).toEqual(new Date('2026-04-06T03:00:00.000Z'));
  });
});

describe('a question of a distribution', () => {
  it('reads its one field, by default from hourly rows of 7 days', async () => {
    const { settings, asked } = await openAnswers();
    const answer = await answerDistribution(settings, model, 'age', {});
    expect(answer).toMatchObject({ from: '2026-06-03T12:00:00.000Z', to: '2026-06-10T12:00:00.000Z', rows: 0 });
    expect(asked).toMatchObject([{ field: 'age', source: 'hourly', windowSeconds: 7 * 86_400 }]);
  });
});
