import * as flechette from '@uwdata/flechette';
import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import { createLabelsReceiver } from '../../src/ingest/receive-labels.ts';
import { createPredictionsReceiver } from '../../src/ingest/receive-predictions.ts';
import type { ReceiveRecords, RecordsOptions } from '../../src/ingest/receive-records.ts';

const NOW = new Date('2026-01-05T10:30:00Z');
const STREAM = 'application/vnd.apache.arrow.stream';

/** A receiver, and what it has handed to the spool as one text. */
function open(create: (options: RecordsOptions) => ReceiveRecords, maxRows = 1000) {
  const kept: Uint8Array[] = [];
  const spool: RecordsOptions['spool'] = {
    assertRoom: () => undefined,
    append: (_, ...pieces) => {
      kept.push(...pieces);
      return Promise.resolve();
    },
  };
  const receive = create({ spool, maxRows });
  return async (body: string | Uint8Array, contentType = STREAM): Promise<string> => {
    kept.length = 0;
    await receive({ body: Buffer.from(body), contentType, now: NOW, scopes: ['write'] });
    return Buffer.concat(kept).toString('latin1');
  };
}

const predict = open(createPredictionsReceiver);
const label = open(createLabelsReceiver);
const golden = (name: string): Promise<Buffer> => readFile(new URL(`golden/${name}.bin`, import.meta.url));
const ndjson = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

const GOLDEN_ROWS = [
  {
    ...{ model: 'credit', version: '3', id: 'loan-1', time: '2026-01-05T10:00:00.123Z', score: 0.25, weight: 1 },
    ...{ segment: { channel: 'app' }, outputs: { p: 0.25, approved: true }, inputs: { age: 30, purpose: 'car' } },
  },
  {
    ...{ model: 'credit', version: '3', id: 'loan-2', time: '2026-01-05T10:00:01.123Z', weight: 2 },
    ...{ environment: 'staging', outputs: { p: 0.5, approved: false }, inputs: { purpose: 'home' } },
  },
  {
    ...{ model: 'credit', sha256: 'a'.repeat(64), id: 'löan \u{1f600}', time: '2026-01-05T10:00:02.123Z', score: 1 },
    ...{ weight: 3, segment: { channel: 'web' }, inputs: { age: 255, purpose: 'car' } },
  },
];

/** A column of any type; in order of its values' kinds. */
const typed: Readonly<Record<string, () => arrow.DataType>> = {
  text: () => new arrow.Utf8(),
  dictionary: () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
  float: () => new arrow.Float64(),
  bool: () => new arrow.Bool(),
  time: () => new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, 'UTC'),
};

/** An Arrow stream of columns, written by apache-arrow in batches of `size`. */
function write(columns: readonly (readonly [string, string, readonly unknown[]])[], size = 1000, format?: string) {
  const vectors = columns.map(([name, type, values]) => [name, arrow.vectorFromArray(values, typed[type]!())] as const);
  const table = new arrow.Table(Object.fromEntries(vectors));
  const metadata = new Map(format === undefined ? [] : [['prumo.format', format]]);
  const schema = new arrow.Schema(table.schema.fields, metadata);
  const rows = table.numRows;
  const batches: arrow.RecordBatch[] = [];
  for (let at = 0; at < rows; at += size) {
    batches.push(...table.slice(at, Math.min(rows, at + size)).batches.map((batch) => batch));
  }
  return arrow.tableToIPC(
    new arrow.Table(
      schema,
      batches.map((batch) => new arrow.RecordBatch(schema, batch.data)),
    ),
    'stream',
  );
}

describe('Arrow', () => {
  it('of format 1 is read as it was written, stream and file', async () => {
    const expected = await predict(ndjson(GOLDEN_ROWS), 'application/x-ndjson');
    expect(await predict(await golden('predictions-arrow-1'))).toBe(expected);
    expect(await predict(await golden('predictions-arrow-1-file'), 'application/vnd.apache.arrow.file')).toBe(expected);
  });

  it('makes the same stored rows as NDJSON, from apache-arrow and from flechette', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((one) => one.isWellFormed());
    const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
    // JSON has no -0.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0);
    const row = fc.record({
      id: text,
      timeMs: fc.integer({ min: 0, max: NOW.getTime() }),
      score: optional(number),
      weight: optional(fc.double({ min: 0.5, max: 1e6, noNaN: true })),
      environment: optional(text),
      channel: optional(text),
      p: optional(number),
      ok: optional(fc.boolean()),
      purpose: optional(text),
    });
    const rows = fc.array(row, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 7 }), async (sent, size) => {
        const lines = sent.map(({ id, timeMs, score, weight, environment, channel, p, ok, purpose }) => ({
          ...{ model: 'm', version: '1', id, time: new Date(timeMs).toISOString(), score, weight, environment },
          ...{ segment: { channel }, outputs: { p, ok }, inputs: { purpose } },
        }));
        const of = (read: (each: (typeof sent)[number]) => unknown): unknown[] =>
          sent.map((each) => read(each) ?? null);
        const bytes = write(
          [
            ['model', 'dictionary', of(() => 'm')],
            ['version', 'text', of(() => '1')],
            ['id', 'text', of(({ id }) => id)],
            ['time', 'time', of(({ timeMs }) => timeMs)],
            ['score', 'float', of(({ score }) => score)],
            ['weight', 'float', of(({ weight }) => weight)],
            ['environment', 'dictionary', of(({ environment }) => environment)],
            ['segment.channel', 'dictionary', of(({ channel }) => channel)],
            ['output.p', 'float', of(({ p }) => p)],
            ['output.ok', 'bool', of(({ ok }) => ok)],
            ['input.purpose', 'text', of(({ purpose }) => purpose)],
          ],
          size,
        );
        const expected = await predict(ndjson(lines), 'application/x-ndjson');
        expect(await predict(bytes)).toBe(expected);
        const again = flechette.tableToIPC(flechette.tableFromIPC(bytes), { format: 'stream' });
        expect(await predict(again!)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('carries labels of every type', async () => {
    for (const [type, value, text] of [
      ['float', 1, '1'],
      ['bool', false, 'false'],
      ['dictionary', 'yes', 'yes'],
    ] as const) {
      const bytes = write([
        ['prediction_id', 'text', ['a', 'b']],
        ['label', type, [value, value]],
        ['time', 'time', [null, NOW.getTime()]],
        ['model', 'text', ['m', null]],
      ]);
      const lines = [
        { prediction_id: 'a', label: text, model: 'm' },
        { prediction_id: 'b', label: text, time: NOW.toISOString() },
      ];
      expect(await label(bytes)).toBe(await label(ndjson(lines), 'application/x-ndjson'));
    }
  });

  const good = [
    ['model', 'text', ['m', 'm']],
    ['version', 'text', ['1', '1']],
    ['id', 'text', ['a', 'b']],
    ['time', 'time', [NOW.getTime(), NOW.getTime()]],
  ] as const;

  it.each<[string, readonly (readonly [string, string, readonly unknown[]])[], string | undefined, RegExp]>([
    ['a row', [...good, ['weight', 'float', [1, 0]]], '1', /^row 2: weight: a weight is greater than 0$/],
    ['a number that is none', [...good, ['score', 'float', [1, NaN]]], '1', /^row 2: score: a finite number or null/],
    ['a column', [...good, ['scor', 'float', [1, 1]]], '1', /^unknown column "scor"; did you mean "score"\?$/],
    ['a newer format', good, '2', /^prumo.format 2 is not known; known is 1$/],
    ['no format', good, 'x', /^prumo.format "x" is no format number$/],
    ['no id', good.filter(([name]) => name !== 'id'), undefined, /^row 1: id: is missing$/],
    ['a null id', [...good.slice(0, 2), ['id', 'text', ['a', null]], good[3]], undefined, /^row 2: id: is missing$/],
    [
      'a time ahead',
      [...good.slice(0, 3), ['time', 'time', [0, 4e12]]],
      undefined,
      /^row 2: time: .* 10 minutes ahead/,
    ],
    ['a segment key', [...good, ['segment.a=b', 'text', ['x', 'y']]], undefined, /^row 1: segment.a=b: a segment key/],
  ])('is refused for %s', async (_, columns, format, message) => {
    await expect(predict(write(columns, 1, format))).rejects.toThrow(message);
  });

  it('with too many rows is refused at the first one too many', async () => {
    const few = open(createPredictionsReceiver, 1);
    await expect(few(write(good))).rejects.toThrow(/^row 2: a request holds at most 1 rows$/);
  });

  it('that is nested, compressed or no Arrow is refused with what is wrong', async () => {
    const nested = new arrow.Table({ model: arrow.vectorFromArray([[1], [2]]) });
    await expect(predict(arrow.tableToIPC(nested, 'stream'))).rejects.toThrow(/column "model" has the type list/);
    await expect(predict(await golden('predictions-arrow-compressed'))).rejects.toThrow(/compress the body with gzip/);
    const stream = write(good);
    for (const bytes of [
      new Uint8Array(),
      Buffer.from('{"model": 1}'),
      stream.slice(0, -8),
      Buffer.concat([stream, stream]),
    ]) {
      await expect(predict(bytes)).rejects.toMatchObject({ code: 'PRUMO_ARROW_MALFORMED', kind: 'permanent' });
    }
    // A batch of 2^30 rows, as a column without values can claim to be.
    const absurd = arrow.makeData({ type: new arrow.Null(), length: 2 ** 30 });
    const many = new arrow.Table({ model: new arrow.Vector([absurd]) });
    await expect(predict(arrow.tableToIPC(many, 'stream'))).rejects.toThrow(/^row 1: model: is missing/);
  });

  it('that is damaged anyhow gives an error or rows, and never anything else', async () => {
    const bodies = await Promise.all(['predictions-arrow-1', 'predictions-arrow-1-file'].map(golden));
    const [length] = bodies.map((body) => body.length);
    const change = fc.record({
      at: fc.nat({ max: length! - 1 }),
      value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 8, 64),
    });
    const damage = fc.record({
      body: fc.constantFrom(...bodies),
      changes: fc.array(change, { maxLength: 6 }),
      keep: fc.oneof(fc.constant(Infinity), fc.nat({ max: length! })),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ body, changes, keep }) => {
        const bytes = Buffer.from(body.subarray(0, keep));
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        const outcome = await predict(bytes).catch((error: unknown) => error);
        expect(typeof outcome === 'string' || (outcome instanceof PrumoError && outcome.kind === 'permanent')).toBe(
          true,
        );
      }),
      { numRuns: 3000 },
    );
  });
});
