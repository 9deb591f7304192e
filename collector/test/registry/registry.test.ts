import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/codes.ts';
import { layoutHash } from '../../src/registry/layouts-answer.ts';
import { readSealedRecord } from '../../src/registry/sealed-record.ts';
import { Registry } from '../../src/registry/registry.ts';
import { sha256 } from '../../src/registry/sha256.ts';
import { MemoryEventStore } from './memory-event-store.ts';
import { model as onnxModel, tensor } from './onnx-bytes.ts';
import { modelFile, onnx, sampleReference } from './sample.ts';

let store: MemoryEventStore;
let blobsFolder: string;
let clock: number;
let registry: Registry;

const open = () => new Registry({ store, blobsFolder, now: () => new Date(clock) });
const failsWith = (code: ErrorCode, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as Error;

beforeEach(() => {
  store = new MemoryEventStore();
  blobsFolder = path.join(mkdtempSync(path.join(tmpdir(), 'prumo-registry-')), 'blobs');
  clock = Date.parse('2026-01-01T00:00:00Z');
  registry = open();
});

const register = () => registry.register({ modelFile, onnxSha256: sha256(onnx) }, 'ana');

async function registerAll(): Promise<void> {
  await register();
  await registry.attachOnnx('credit-default', '3', onnx, 'ana');
}

describe('a version', () => {
  it('is complete once its ONNX file is there, with the types of its tensors', async () => {
    const before = await register();
    expect(before).toMatchObject({ complete: false, onnx: null });
    expect(before.fields.map(({ elementType }) => elementType)).toEqual(['float64', 'float64', 'float64']);
    const after = await registry.attachOnnx('credit-default', '3', onnx, 'ana');
    expect(after).toMatchObject({ complete: true, onnx: { sha256: sha256(onnx), opset: 17, sizeBytes: onnx.length } });
    expect(after.fields.map(({ name, column, elementType }) => [name, column, elementType])).toEqual([
      ['income', 0, 'float32'],
      ['age', 1, 'float32'],
      ['probability', 1, 'float32'],
    ]);
    expect(after.fields[2]?.predictionLabel).toBe('1');
  });

  it('is registered once, however often it is said', async () => {
    await registerAll();
    const events = store.rows.length;
    await registerAll();
    expect(await registry.showModel('credit-default')).toMatchObject({ versions: [{ version: '3', complete: true }] });
    expect(store.rows).toHaveLength(events);
  });

  it('never changes', async () => {
    await registerAll();
    const changed = { ...modelFile, segments: ['branch'] };
    await expect(registry.register({ modelFile: changed, onnxSha256: sha256(onnx) }, 'ana')).rejects.toThrow(
      failsWith('PRUMO_VERSION_IMMUTABLE', '(segments)'),
    );
    await expect(registry.register({ modelFile }, 'ana')).rejects.toThrow(
      failsWith('PRUMO_VERSION_IMMUTABLE', 'the ONNX file'),
    );
    const { income, age } = modelFile.inputs;
    const swapped = { ...modelFile, inputs: { age, income } };
    await expect(registry.register({ modelFile: swapped, onnxSha256: sha256(onnx) }, 'ana')).rejects.toThrow(
      failsWith('PRUMO_VERSION_IMMUTABLE', 'the order of fields'),
    );
  });

  it('can be declared again as long as its ONNX file has not come', async () => {
    await registry.register(
      { modelFile: { ...modelFile, inputs: { income: { type: 'numeric', tensor: 'x' } } }, onnxSha256: sha256(onnx) },
      'ana',
    );
    await expect(registry.attachOnnx('credit-default', '3', onnx, 'ana')).rejects.toThrow(
      failsWith('PRUMO_ONNX_MISMATCH', 'no input "x"; it has: features'),
    );
    expect(readdirSync(path.dirname(blobsFolder))).toEqual([]);
    await registerAll();
    expect((await registry.showVersion('credit-default', '3')).complete).toBe(true);
  });

  it('takes only the ONNX file that it declared', async () => {
    await register();
    const other = onnxModel(tensor(11, 'features', 1, [null, 2]), tensor(12, 'probabilities', 1, [null, 2]));
    await expect(registry.attachOnnx('credit-default', '3', other, 'ana')).rejects.toThrow(
      failsWith('PRUMO_VERSION_IMMUTABLE', sha256(onnx)),
    );
    await registry.register({ modelFile: { ...modelFile, version: '4' } }, 'ana');
    await expect(registry.attachOnnx('credit-default', '4', onnx, 'ana')).rejects.toThrow(
      failsWith('PRUMO_VERSION_IMMUTABLE', 'without an ONNX file'),
    );
  });

  it('of a known ONNX file is complete at once', async () => {
    await registerAll();
    const version = await registry.register(
      { modelFile: { ...modelFile, version: '4' }, onnxSha256: sha256(onnx) },
      'ana',
    );
    expect(version.complete).toBe(true);
    const wrong = { ...modelFile, version: '5', inputs: { x: { type: 'numeric' } } };
    await expect(registry.register({ modelFile: wrong, onnxSha256: sha256(onnx) }, 'ana')).rejects.toThrow(
      failsWith('PRUMO_ONNX_MISMATCH'),
    );
    await expect(registry.showVersion('credit-default', '5')).rejects.toThrow(failsWith('PRUMO_VERSION_UNKNOWN'));
  });
});

describe('a baseline', () => {
  it('is sealed under the hash of its record, once', async () => {
    await registerAll();
    const sealed = await registry.sealBaseline(sampleReference(), 'ana');
    expect(await registry.sealBaseline(sampleReference(), 'ana')).toEqual(sealed);
    const version = await registry.find('credit-default', '3');
    expect(version.baselines).toHaveLength(1);
    expect(await registry.referenceOf(version)).toEqual(sampleReference());
    expect(readdirSync(blobsFolder).sort()).toEqual([sha256(onnx), sealed.hash].sort());
  });

  it('keeps what it was sealed with', async () => {
    await registerAll();
    await registry.sealBaseline(sampleReference(), 'ana');
    const { hash } = await registry.sealBaseline(sampleReference({ kind: 'training' }), 'ana');
    const record = readSealedRecord(readFileSync(path.join(blobsFolder, hash)));
    expect(record).toEqual({
      format: 1,
      onnxSha256: sha256(onnx),
      modelFile,
      reference: sampleReference({ kind: 'training' }),
    });
    const shown = await registry.showVersion('credit-default', '3');
    expect(shown.baselines.map(({ kind, inForce }) => [kind, inForce])).toEqual([
      ['heldout', false],
      ['training', true],
    ]);
  });

  it('waits for the ONNX file', async () => {
    await register();
    const wide = sampleReference();
    const fields = wide.fields.map((field) => ({ ...field, elementType: 'float64' }) as const);
    await expect(registry.sealBaseline({ ...wide, fields }, 'ana')).rejects.toThrow(failsWith('PRUMO_ONNX_MISSING'));
  });

  it('fits its version and itself, or is refused', async () => {
    await registerAll();
    const [income, age] = sampleReference().fields;
    if (income === undefined || age === undefined) throw new Error('the sample has two fields');
    const cases = [
      [[income], '"age": is an input of the version'],
      [[income, age, income], '"income": is there twice'],
      [[{ ...income, name: 'incme' }, age], '"incme": the version has no such field'],
      [
        [{ ...income, elementType: 'float64' as const }, age],
        'elementType is float64 in the baseline, float32 in the version',
      ],
      [[{ ...income, layout: { kind: 'edges', bounds: [0, 10] } as const }, age], 'its profile is not of its layout'],
      [[{ ...income, partitions: { deciles: [5], distinct: false } }, age], 'partition deciles: 5 is no bound'],
      [[{ ...income, chunks: [income.profile] }, age], 'has 1 chunks; chunkRows has 0'],
    ] as const;
    for (const [fields, words] of cases) {
      await expect(registry.sealBaseline(sampleReference({ fields }), 'ana')).rejects.toThrow(
        failsWith('PRUMO_BASELINE_INVALID', words),
      );
    }
  });

  it('whose file was changed or lost is not used', async () => {
    await registerAll();
    const { hash } = await registry.sealBaseline(sampleReference(), 'ana');
    writeFileSync(path.join(blobsFolder, hash), '{}');
    const again = open();
    await expect(again.find('credit-default', '3').then((version) => again.referenceOf(version))).rejects.toThrow(
      failsWith('PRUMO_REGISTRY_CORRUPT', 'does not have the content'),
    );
  });
});

describe('layouts', () => {
  it('are those of the baseline, with their hashes', async () => {
    await registerAll();
    expect((await registry.layoutsFor('credit-default', {})).fields[0]).not.toHaveProperty('layout');
    await registry.sealBaseline(sampleReference(), 'ana');
    const answer = await registry.layoutsFor('credit-default', { sha256: sha256(onnx) });
    expect(answer).toMatchObject({ format: 1, model: 'credit-default', version: '3', segments: ['channel'] });
    const [income, , probability] = answer.fields;
    expect(income).toMatchObject({
      name: 'income',
      role: 'input',
      tensor: 'features',
      column: 0,
      elementType: 'float32',
    });
    expect(answer.fields.map(({ outputRole }) => outputRole)).toEqual([undefined, undefined, 'score']);
    expect(income?.layout).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      kind: 'edges',
      bounds: [0, 10, 20],
    });
    expect(probability).not.toHaveProperty('layout');
    expect(await registry.findLayout('credit-default', income?.layout?.hash ?? '')).toEqual({
      kind: 'edges',
      bounds: [0, 10, 20],
    });
    expect(await registry.findLayout('credit-default', '0'.repeat(32))).toBeUndefined();
  });

  it('are known with their bounds as soon as they were given out, for their own model', async () => {
    await registerAll();
    await registry.sealBaseline(sampleReference(), 'ana');
    const bounds = Float64Array.of(0, 10, 20);
    const restarted = open();
    await restarted.refresh();
    const hash = layoutHash({ kind: 'edges', bounds: [...bounds] });
    expect(restarted.knowsLayout('credit-default', hash, bounds)).toBe(false);
    await restarted.layoutsFor('credit-default', {});
    expect(restarted.knowsLayout('credit-default', hash, bounds)).toBe(true);
    expect(restarted.knowsLayout('credit-default', hash, Float64Array.of(0, 10, 21))).toBe(false);
    expect(restarted.knowsLayout('credit-default', hash, bounds.subarray(0, 2))).toBe(false);
    expect(restarted.knowsLayout('credit-default', '0'.repeat(32), bounds)).toBe(false);
    expect(restarted.knowsLayout('other', hash, bounds)).toBe(false);
  });

  it('of an unknown hash are refused, even with a known name', async () => {
    await registerAll();
    await expect(registry.layoutsFor('credit-default', { sha256: '0'.repeat(64), version: '3' })).rejects.toThrow(
      failsWith('PRUMO_VERSION_UNKNOWN', '0'.repeat(64)),
    );
    await expect(registry.layoutsFor('other', { version: '3' })).rejects.toThrow(failsWith('PRUMO_MODEL_UNKNOWN'));
  });
});

describe('two collectors on one store', () => {
  it('see what the other has registered', async () => {
    const other = open();
    await registerAll();
    expect(await other.showVersion('credit-default', '3')).toEqual(await registry.showVersion('credit-default', '3'));
  });

  it('that write at once both succeed, in one chain', async () => {
    const other = open();
    let isFirst = true;
    store.beforeAppend = async () => {
      if (!isFirst) return;
      isFirst = false;
      await other.register({ modelFile: { ...modelFile, model: 'faster' } }, 'rui');
    };
    await registry.register({ modelFile }, 'ana');
    const names = ['credit-default', 'faster'];
    expect(registry.listModels().map(({ model }) => model)).toEqual(names);
    const third = open();
    await third.refresh();
    expect(third.listModels()).toEqual(registry.listModels());
  });

  it('that register one version with two contents: one is refused', async () => {
    const other = open();
    const contents = [modelFile, { ...modelFile, segments: [] }];
    const results = await Promise.allSettled([
      registry.register({ modelFile: contents[0] ?? {} }, 'ana'),
      other.register({ modelFile: contents[1] ?? {} }, 'rui'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('that never leave a place give up with a retryable error', async () => {
    const other = open();
    let i = 0;
    store.beforeAppend = async () => {
      const before = store.beforeAppend;
      store.beforeAppend = () => Promise.resolve();
      await other.register({ modelFile: { ...modelFile, model: `faster-${i++}` } }, 'rui');
      store.beforeAppend = before;
    };
    await expect(registry.register({ modelFile }, 'ana')).rejects.toThrow(failsWith('PRUMO_REGISTRY_CONTENDED'));
  });
});

describe('the chain', () => {
  it('shows a changed event', async () => {
    await registerAll();
    const row = store.rows[1];
    if (row === undefined) throw new Error('two events at least');
    store.rows[1] = { ...row, payload: row.payload.replace('channel', 'branch') };
    await expect(open().refresh()).rejects.toThrow(
      failsWith('PRUMO_REGISTRY_CORRUPT', 'event 2 does not match its hash'),
    );
  });

  it('refuses events of a newer format', async () => {
    await register();
    const row = store.rows[0];
    if (row === undefined) throw new Error('one event at least');
    store.rows[0] = { ...row, payload: row.payload.replace('"format":1', '"format":2') };
    await expect(open().refresh()).rejects.toThrow(failsWith('PRUMO_FORMAT_NEWER', 'format 2'));
  });

  it('tells what was registered at any time', async () => {
    await register();
    clock += 1000;
    await registry.register({ modelFile: { ...modelFile, model: 'later' } }, 'ana');
    const names = (at: number) => registry.listModels(new Date(at)).map(({ model }) => model);
    expect([names(clock - 1001), names(clock - 1), names(clock)]).toEqual([
      [],
      ['credit-default'],
      ['credit-default', 'later'],
    ]);
  });
});
