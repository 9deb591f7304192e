import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../src/http/app.ts';
import { sha256 } from '../../src/registry/sha256.ts';
import { modelFile, onnx, sampleReference } from '../registry/sample.ts';
import { openHttp } from './open-http.ts';

let app: App;
beforeEach(async () => {
  ({ app } = await openHttp());
});

const MODEL = '/v1/models/credit-default';
const register = () =>
  app.inject({ method: 'POST', url: '/v1/models', payload: { modelFile, onnxSha256: sha256(onnx) } });
const upload = (bytes: Uint8Array = onnx) =>
  app.inject({
    method: 'PUT',
    url: `${MODEL}/versions/3/onnx`,
    headers: { 'content-type': 'application/octet-stream' },
    payload: Buffer.from(bytes),
  });
const seal = (change: object = {}, query = '') =>
  app.inject({ method: 'POST', url: `${MODEL}/baseline${query}`, payload: { ...sampleReference(), ...change } });

async function registerAll(): Promise<void> {
  expect((await register()).statusCode).toBe(200);
  expect((await upload()).statusCode).toBe(200);
  expect((await seal()).statusCode).toBe(200);
}

describe('the way of a version', () => {
  it('leads from the model file over the ONNX file and the baseline to layouts', async () => {
    const registered = await register();
    expect(registered.json()).toMatchObject({ model: 'credit-default', version: '3', complete: false });
    expect((await upload()).json()).toMatchObject({ complete: true, onnx: { opset: 17 } });
    expect((await seal()).json()).toMatchObject({ kind: 'heldout', rows: 4, inForce: true });
    const baseline = await app.inject(`${MODEL}/baseline?version=3`);
    expect(baseline.json()).toMatchObject({ baseline: { inForce: true }, reference: sampleReference() });
    const layouts = await app.inject(`${MODEL}/layouts?sha256=${sha256(onnx)}`);
    expect(layouts.json()).toMatchObject({
      format: 1,
      version: '3',
      fields: [{ name: 'income', layout: { kind: 'edges', bounds: [0, 10, 20] } }, { name: 'age' }, { column: 1 }],
    });
    expect((await app.inject('/v1/models')).json()).toEqual([(await app.inject(MODEL)).json()]);
    expect((await app.inject(`${MODEL}/versions/3`)).json()).toMatchObject({ modelFile, segments: ['channel'] });
  });

  it('gives its ONNX file back as it was uploaded', async () => {
    const download = () => app.inject(`${MODEL}/versions/3/onnx`);
    await register();
    const waiting = await download();
    expect(waiting.json()).toMatchObject({ status: 404, code: 'PRUMO_ONNX_UNKNOWN' });
    await upload();
    const answer = await download();
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/octet-stream']);
    expect(answer.rawPayload.equals(onnx)).toBe(true);
    const without = { modelFile: { ...modelFile, version: '4' } };
    expect((await app.inject({ method: 'POST', url: '/v1/models', payload: without })).statusCode).toBe(200);
    const none = await app.inject(`${MODEL}/versions/4/onnx`);
    expect(none.json()).toMatchObject({
      status: 404,
      detail: expect.stringContaining('without an ONNX file') as string,
    });
  });

  it('may send its baseline packed', async () => {
    await register();
    await upload();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const payload = gzipSync(JSON.stringify(sampleReference()));
    expect((await app.inject({ method: 'POST', url: `${MODEL}/baseline`, headers, payload })).statusCode).toBe(200);
  });

  it('shows what was registered at a time', async () => {
    await register();
    expect((await app.inject('/v1/models?asOf=1969-12-31T23:59:59Z')).json()).toEqual([]);
    expect((await app.inject('/v1/models?asOf=1970-01-01T00:00:00Z')).json()).toHaveLength(1);
  });
});

describe('layouts', () => {
  it('are sent again only when they have changed', async () => {
    await register();
    await upload();
    const before = await app.inject(`${MODEL}/layouts?version=3`);
    const etag = before.headers['etag'];
    const ask = () => app.inject({ url: `${MODEL}/layouts?version=3`, headers: { 'if-none-match': `"x", W/${etag}` } });
    expect(await ask()).toMatchObject({ statusCode: 304, body: '' });
    await seal();
    const after = await ask();
    expect(after.statusCode).toBe(200);
    expect(after.headers['etag']).not.toBe(etag);
  });
});

describe('bad input', () => {
  it.each<[string, string, number, string, string]>([
    ['an unknown model', '/v1/models/none', 404, 'PRUMO_MODEL_UNKNOWN', 'model "none" is not registered'],
    ['an unknown version', `${MODEL}/versions/9`, 404, 'PRUMO_VERSION_UNKNOWN', 'it has: "3"'],
    ['a bad name', '/v1/models/Credit%20Default', 400, 'PRUMO_INPUT_INVALID', 'path: model'],
    ['path parts', '/v1/models/..%2f..%2fetc', 400, 'PRUMO_INPUT_INVALID', 'path: model'],
    ['a mistyped parameter', `${MODEL}/layouts?sha=1`, 400, 'PRUMO_INPUT_INVALID', 'did you mean "sha256"?'],
    ['a hash that is none', `${MODEL}/layouts?sha256=abc`, 400, 'PRUMO_INPUT_INVALID', '64 hexadecimal digits'],
    ['an unknown hash', `${MODEL}/layouts?sha256=${'0'.repeat(64)}`, 404, 'PRUMO_VERSION_UNKNOWN', '0000'],
    ['no baseline', `${MODEL}/baseline`, 404, 'PRUMO_BASELINE_MISSING', 'version "3"'],
    ['an instant that is none', '/v1/models?asOf=yesterday', 400, 'PRUMO_INPUT_INVALID', 'query: asOf'],
    ['a broken escape', '/v1/models/%zz', 400, 'PRUMO_INPUT_INVALID', '%zz'],
  ])('of %s is a problem', async (_, url, status, code, words) => {
    await register();
    await upload();
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ code, status, detail: expect.stringContaining(words) as string });
  });

  const json = { 'content-type': 'application/json' };
  it.each<[string, Record<string, string>, string, string, string]>([
    ['an unknown key', json, '{"modelFile": {}, "onnx": ""}', 'PRUMO_INPUT_INVALID', 'did you mean'],
    ['no model file', json, '{}', 'PRUMO_INPUT_INVALID', 'modelFile: is missing'],
    ['a wrong model file', json, '{"modelFile": {"model": 1}}', 'PRUMO_MODEL_FILE_INVALID', 'model: a model name'],
    ['no JSON', json, '{"modelFile": ', 'PRUMO_JSON_MALFORMED', 'JSON'],
    ['nothing', json, '', 'PRUMO_JSON_MALFORMED', 'empty'],
    ['a prototype', json, '{"modelFile": {"__proto__": {"a": 1}}}', 'PRUMO_JSON_MALFORMED', ''],
    ['another type', { 'content-type': 'text/yaml' }, 'model: m', 'PRUMO_CONTENT_TYPE_UNKNOWN', 'text/yaml'],
    ['another encoding', { ...json, 'content-encoding': 'br' }, '{}', 'PRUMO_CONTENT_ENCODING_UNKNOWN', 'gzip'],
    ['no gzip', { ...json, 'content-encoding': 'gzip' }, '{}', 'PRUMO_CONTENT_ENCODING_UNKNOWN', 'gzip'],
    ['too much', json, `"${'x'.repeat(5000)}"`, 'PRUMO_BODY_TOO_LARGE', ''],
    ['no UTF-8', json, '"\xff"', 'PRUMO_JSON_MALFORMED', 'UTF-8'],
  ])('in a registration, %s, is a problem', async (_, headers, text, code, words) => {
    const payload = Buffer.from(text, 'latin1');
    const answer = await app.inject({ method: 'POST', url: '/v1/models', headers, payload });
    expect(answer.json()).toMatchObject({ code, detail: expect.stringContaining(words) as string });
    expect((await app.inject('/v1/models')).json()).toEqual([]);
  });

  it('that unpacks to too much is a problem', async () => {
    const payload = gzipSync(JSON.stringify('x'.repeat(1_000_000)));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await app.inject({ method: 'POST', url: '/v1/models', headers, payload });
    expect(answer.json()).toMatchObject({ status: 413, code: 'PRUMO_BODY_TOO_LARGE' });
  });

  it('names every issue', async () => {
    const broken = { ...modelFile, task: 'x', riskTier: 'y' };
    const answer = await app.inject({ method: 'POST', url: '/v1/models', payload: { modelFile: broken } });
    const { issues } = answer.json<{ issues: { path: string }[] }>();
    expect(issues.map(({ path }) => path)).toEqual(['task', 'riskTier']);
  });

  it('of an ONNX file is a problem', async () => {
    await register();
    expect((await upload(onnx.subarray(0, 40))).json()).toMatchObject({ code: 'PRUMO_ONNX_MALFORMED', status: 400 });
    const typed = await app.inject({ method: 'PUT', url: `${MODEL}/versions/3/onnx`, payload: { a: 1 } });
    expect(typed.json()).toMatchObject({ code: 'PRUMO_CONTENT_TYPE_UNKNOWN', status: 415 });
    const none = await app.inject({ method: 'PUT', url: `${MODEL}/versions/3/onnx` });
    expect(none.json()).toMatchObject({
      code: 'PRUMO_ONNX_MALFORMED',
      detail: expect.stringContaining('empty') as string,
    });
  });

  it('of a baseline is a problem', async () => {
    await registerAll();
    const [income] = sampleReference().fields;
    if (income?.profile.kind !== 'numeric') throw new Error('the sample is numeric');
    const wrong = { ...income, profile: { ...income.profile, rows: 7 } };
    const cases = [
      [{ fields: [wrong] }, '', 'fields.0.profile'],
      [{ fields: [{ ...income, layout: { kind: 'edges', bounds: [2, 1] } }] }, '', 'fields.0.layout.bounds: bound 1'],
      [{ kind: 'test' }, '', 'kind: "test" is not allowed'],
      [{ format: 2 }, '', 'format'],
      [{ model: 'other' }, '', 'model is "other", the address says "credit-default"'],
      [{}, '?version=4', 'version is "3", the address says "4"'],
      [{ fields: [income] }, '', '"age": is an input of the version'],
    ] as const;
    for (const [change, query, words] of cases) {
      const answer = await seal(change, query);
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ detail: string }>().detail).toContain(words);
    }
    expect((await app.inject(`${MODEL}/versions/3`)).json<{ baselines: unknown[] }>().baselines).toHaveLength(1);
  });
});
