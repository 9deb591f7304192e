import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import type { RecordsRequest } from '../../src/ingest/receive-records.ts';
import { openHttp } from './open-http.ts';

describe.each(['predictions', 'labels'] as const)('POST /v1/%s', (name) => {
  const url = `/v1/${name}`;
  const headers = { 'content-type': 'application/x-ndjson' };

  it('hands a body on as it was sent, plain or gzip, and counts what was accepted', async () => {
    const { app, asked } = await openHttp();
    for (const packed of [false, true]) {
      const payload = packed ? gzipSync('{"a": 1}\n') : '{"a": 1}\n';
      const encoding = packed ? { 'content-encoding': 'gzip' } : {};
      const answer = await app.inject({ method: 'POST', url, headers: { ...headers, ...encoding }, payload });
      expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: name === 'labels' ? 1 : 2 }]);
      const [, request] = asked.pop() as [string, RecordsRequest];
      expect(Buffer.from(request.body).toString()).toBe('{"a": 1}\n');
      expect(request).toMatchObject({ contentType: 'application/x-ndjson', now: new Date(0) });
    }
    const total = name === 'labels' ? 2 : 4;
    expect((await app.inject('/metrics')).body).toContain(`prumo_${name}_total ${total}\n`);
  });

  it('answers a refusal as a problem, and a full spool with when to try again', async () => {
    const refuse = (error: PrumoError) => () => Promise.reject(error);
    const ask = async (error: PrumoError) => {
      const { app } = await openHttp({ receivePredictions: refuse(error), receiveLabels: refuse(error) });
      return app.inject({ method: 'POST', url, headers, payload: '{}' });
    };
    const bad = await ask(new PrumoError('PRUMO_INPUT_INVALID', 'line 1: label: is missing'));
    expect(bad.json()).toMatchObject({ status: 400, detail: 'line 1: label: is missing' });
    const full = await ask(new PrumoError('PRUMO_SPOOL_FULL', 'full'));
    expect([full.statusCode, full.headers['retry-after']]).toEqual([429, '5']);
  });

  it('refuses what is too large, packed or not', async () => {
    const { app, asked } = await openHttp();
    const bomb = { payload: gzipSync('x'.repeat(1_000_000)), headers: { ...headers, 'content-encoding': 'gzip' } };
    for (const sent of [bomb, { payload: 'x'.repeat(5000), headers }]) {
      const answer = await app.inject({ method: 'POST', url, ...sent });
      expect(answer.json()).toMatchObject({ status: 413, code: 'PRUMO_BODY_TOO_LARGE' });
    }
    expect(asked).toEqual([]);
  });
});
