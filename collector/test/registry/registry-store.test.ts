import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLayouts } from '../../../agent/src/export/layouts-answer.ts';
import { Registry } from '../../src/registry/registry.ts';
import { sha256 } from '../../src/registry/sha256.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { modelFile, onnx, sampleReference } from './sample.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'prumo-registry-store-'));
let store: Store;

beforeAll(async () => {
  store = await openEmbeddedStore({ path: path.join(folder, 'clickhouse') });
  await store.migrate();
});
afterAll(() => store.close());

const openRegistry = async () => {
  const now = () => new Date('2026-01-01T00:00:00.123Z');
  const registry = new Registry({ store, blobsFolder: path.join(folder, 'blobs'), now });
  await registry.refresh();
  return registry;
};

it('the registry is the same after a restart, hostile text included, and agents understand its layouts', async () => {
  const owner = 'O\'Brien"\n\nDROP TABLE prumo.registry_events; -- \\ \u0000 é \ud800';
  const registry = await openRegistry();
  await registry.register({ modelFile: { ...modelFile, owner }, onnxSha256: sha256(onnx) }, 'local');
  await registry.attachOnnx('credit-default', '3', onnx, 'local');
  await registry.sealBaseline(sampleReference(), 'local');

  const restarted = await openRegistry();
  expect(restarted.listModels()).toEqual(registry.listModels());
  expect(restarted.listModels()[0]).toMatchObject({ owner, registeredAt: '2026-01-01T00:00:00.123Z' });
  const answer = await restarted.layoutsFor('credit-default', { sha256: sha256(onnx) });
  const understood = readLayouts(JSON.parse(JSON.stringify(answer)));
  expect(understood.fields.map(({ name, layout }) => [name, layout?.bins])).toEqual([
    ['income', { kind: 'edges', bounds: [0, 10, 20] }],
    ['age', { kind: 'edges', bounds: [0, 10, 20] }],
    ['probability', undefined],
  ]);
});
