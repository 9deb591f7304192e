import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import { decodeSegment, encodeFrame, encodeHeader } from '../../src/ingest/segment-file.ts';
import { Spool, type SealedSegment } from '../../src/ingest/spool.ts';
import { Storer } from '../../src/ingest/storer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prumo-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One frame of predictions, `rows`, in a segment of format 2. */
const GOLDEN_2 =
  '5052554d4f5345470200000030623966356331652d303030302d343030302d383030302d3030' +
  '303030303030303030305046524d10000000fe1ae2b90b70726564696374696f6e73726f7773';

const never = { sealAfterMs: 1e9 };

/** Payloads that a new process would find. */
async function replayed(): Promise<{ payloads: string[]; spool: Spool }> {
  const spool = await Spool.open({ folder, ...never });
  const payloads: string[] = [];
  const segments: SealedSegment[] = [];
  spool.subscribe((segment) => segments.push(segment));
  for (const segment of segments) {
    for (const frame of (await spool.read(segment)).frames)
      payloads.push(Buffer.from(frame.payload).toString('latin1'));
  }
  return { payloads, spool };
}

async function onlySegment(): Promise<string> {
  const [name] = (await readdir(join(folder, 'spool'))).filter((file) => file.endsWith('.segment'));
  return join(folder, 'spool', name ?? 'none');
}

describe('spool', () => {
  it('gives back in order what was acknowledged, blank lines and all', async () => {
    const payloads = ['one', '\n\nDROP TABLE x', '', 'PFRM\0\0', '\n\n\n'];
    const spool = await Spool.open({ folder, ...never });
    await Promise.all(payloads.map((payload) => spool.append('profiles', Buffer.from(payload))));
    await spool.close();
    expect((await replayed()).payloads).toEqual(payloads);
  });

  it('cuts a torn tail and keeps all before it, wherever it is torn', async () => {
    const spool = await Spool.open({ folder, ...never });
    for (const payload of ['first', 'second', 'third']) await spool.append('profiles', Buffer.from(payload));
    await spool.close();
    const path = await onlySegment();
    const whole = await readFile(path);
    const lastFrame = whole.length - (13 + 'profiles'.length + 'third'.length);
    for (let length = lastFrame + 1; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      const { payloads, spool: again } = await replayed();
      expect(payloads).toEqual(['first', 'second']);
      expect(again.found).toEqual({ tornTails: 1, damaged: 0 });
      expect((await readFile(path)).length).toBe(lastFrame);
    }
  });

  it('drops a segment that was torn within its header', async () => {
    await Spool.open({ folder, ...never });
    await writeFile(join(folder, 'spool', '000000000007-x.segment'), 'PRUMOS');
    const { payloads, spool } = await replayed();
    expect(payloads).toEqual([]);
    expect(spool.found).toEqual({ tornTails: 1, damaged: 0 });
  });

  it('keeps the good frames around a flipped byte and sets a copy of the damaged segment aside', async () => {
    const spool = await Spool.open({ folder, ...never });
    for (const payload of ['first', 'second', 'third']) await spool.append('profiles', Buffer.from(payload));
    await spool.close();
    const path = await onlySegment();
    const whole = await readFile(path);
    const start = whole.indexOf('second') - 13 - 'profiles'.length;
    // Each byte of the middle frame: its magic, length, checksum, table and payload.
    for (let at = start; at < start + 13 + 'profiles'.length + 'second'.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x41;
      await writeFile(path, flipped);
      const { payloads, spool: again } = await replayed();
      expect(payloads).toEqual(['first', 'third']);
      expect(again.found.damaged).toBe(1);
      const aside = await readdir(join(folder, 'dead-letter'));
      expect(aside.some((name) => name.endsWith('.reason.json'))).toBe(true);
    }
  });

  it('never takes rows that look like a frame for one', () => {
    const uuid = '0b9f5c1e-0000-4000-8000-000000000000';
    const inner = Buffer.concat(encodeFrame('guessed', 'profiles', Buffer.from('forged')));
    const bytes = Buffer.concat([encodeHeader(uuid), ...encodeFrame(uuid, 'profiles', inner)]);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    expect(decodeSegment(bytes)?.frames).toEqual([]);
  });

  it('decodes any damaged bytes without throwing anything but a PrumoError', () => {
    const uuid = '0b9f5c1e-0000-4000-8000-000000000000';
    const good = Buffer.concat([encodeHeader(uuid), ...encodeFrame(uuid, 'profiles', Buffer.from('rows'))]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.uint8Array(), (at, byte, tail) => {
        const bytes = Buffer.concat([good, tail]);
        bytes[at] = byte;
        try {
          for (const frame of decodeSegment(bytes)?.frames ?? [])
            expect(Buffer.from(frame.payload).toString()).toBe('rows');
        } catch (error) {
          expect(error).toBeInstanceOf(PrumoError);
        }
      }),
    );
  });

  it('refuses a segment of a newer format, and leaves it', async () => {
    await Spool.open({ folder, ...never });
    const header = encodeHeader('0b9f5c1e-0000-4000-8000-000000000000');
    header.writeUInt32LE(3, 8);
    const path = join(folder, 'spool', '000000000001-x.segment');
    await writeFile(path, header);
    await expect(replayed()).rejects.toMatchObject({ code: 'PRUMO_FORMAT_NEWER' });
    expect((await readFile(path)).equals(header)).toBe(true);
  });

  it('says that it is full, as something to try again, and has room again when a segment is stored', async () => {
    const spool = await Spool.open({ folder, maxBytes: 10_000, ...never });
    await spool.append('profiles', Buffer.alloc(8000));
    await expect(spool.append('profiles', Buffer.alloc(8000))).rejects.toMatchObject({
      code: 'PRUMO_SPOOL_FULL',
      kind: 'retryable',
    });
    const storer = await Storer.start({ spool, folder, store: { insertFile: () => Promise.resolve() } });
    await storer.drain();
    expect(spool.bytes).toBe(0);
    await spool.append('profiles', Buffer.alloc(8000));
    await spool.close();
  });

  it('reads the golden segment of format 1', () => {
    const uuid = '0b9f5c1e-0000-4000-8000-000000000000';
    const golden =
      '5052554d4f5345470100000030623966356331652d303030302d343030302d383030302d303030303030303030303030' +
      '5046524d0d00000086d8a8a00870726f66696c6573726f7773';
    const content = decodeSegment(Buffer.from(golden, 'hex'));
    expect(content?.uuid).toBe(uuid);
    expect(content?.frames.map((frame) => [frame.table, Buffer.from(frame.payload).toString()])).toEqual([
      ['profiles', 'rows'],
    ]);
  });

  it('reads the golden segment of format 2, and predictions of format 1 in their old order', async () => {
    const uuid = '0b9f5c1e-0000-4000-8000-000000000000';
    const written = Buffer.concat([encodeHeader(uuid), ...encodeFrame(uuid, 'predictions', Buffer.from('rows'))]);
    expect(written.toString('hex')).toBe(GOLDEN_2);
    expect(decodeSegment(written)?.frames.map((frame) => frame.table)).toEqual(['predictions']);
    const old = await readFile(new URL('golden/segment-format-1.bin', import.meta.url));
    expect(decodeSegment(old)?.frames.map((frame) => frame.table)).toEqual(['predictions_1', 'labels']);
  });

  it('replays after kill -9 all that was acknowledged, each once', async () => {
    const node = process.execPath;
    const child = spawn(node, [fileURLToPath(new URL('append-until-killed.ts', import.meta.url)), folder]);
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.length > 20_000) child.kill('SIGKILL');
    });
    let failed = '';
    child.stderr.on('data', (chunk: Buffer) => (failed += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    const acknowledged = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
    expect(acknowledged.length, failed).toBeGreaterThan(1000);
    const { payloads } = await replayed();
    const numbers = payloads.map((payload) => payload.split('\n\n')[0] ?? '');
    expect(new Set(numbers).size).toBe(numbers.length);
    const kept = new Set(numbers);
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
  });
});

describe('storer', () => {
  it('tries again with the same token and the same bytes while the store is down', async () => {
    const seen: { token: string; bytes: string }[] = [];
    const spool = await Spool.open({ folder, ...never });
    const store = {
      insertFile: async (_table: string, path: string, token: string) => {
        seen.push({ token, bytes: (await readFile(path)).toString('latin1') });
        if (seen.length < 3) throw new PrumoError('PRUMO_STORE_UNREACHABLE', 'down');
      },
    };
    const storer = await Storer.start({ spool, folder, store, retryMs: 1 });
    await Promise.all([spool.append('profiles', Buffer.from('a')), spool.append('profiles', Buffer.from('\n\nb'))]);
    await storer.drain();
    expect(seen.map((attempt) => attempt.bytes)).toEqual(['a\n\nb', 'a\n\nb', 'a\n\nb']);
    expect(new Set(seen.map((attempt) => attempt.token)).size).toBe(1);
    expect(storer.counts).toEqual({ stored: 1, failures: 2, setAside: 0 });
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('sets a segment aside that the store can never take, and goes on with the next', async () => {
    const spool = await Spool.open({ folder, ...never });
    const stored: string[] = [];
    const store = {
      insertFile: async (_table: string, path: string) => {
        const bytes = (await readFile(path)).toString();
        if (bytes === 'bad') throw new PrumoError('PRUMO_STORE_REFUSED', 'these rows are no rows');
        stored.push(bytes);
      },
    };
    const storer = await Storer.start({ spool, folder, store, retryMs: 1 });
    await spool.append('profiles', Buffer.from('bad'));
    await spool.seal();
    await spool.append('profiles', Buffer.from('good'));
    await storer.drain();
    expect(stored).toEqual(['good']);
    expect(storer.counts).toEqual({ stored: 1, failures: 1, setAside: 1 });
    const aside = await readdir(join(folder, 'dead-letter'));
    expect(aside.filter((name) => name.endsWith('.segment'))).toHaveLength(1);
    const reason = aside.find((name) => name.endsWith('.reason.json')) ?? '';
    expect(await readFile(join(folder, 'dead-letter', reason), 'utf8')).toContain('these rows are no rows');
  });

  it('leaves what is not stored to the next start', async () => {
    const spool = await Spool.open({ folder, ...never });
    const down = { insertFile: () => Promise.reject(new PrumoError('PRUMO_STORE_UNREACHABLE', 'down')) };
    const storer = await Storer.start({ spool, folder, store: down });
    await spool.append('profiles', Buffer.from('kept'));
    await spool.close();
    await storer.stop();
    const stored: string[] = [];
    const up = {
      insertFile: async (_table: string, path: string) => void stored.push((await readFile(path)).toString()),
    };
    const next = await Storer.start({ spool: await Spool.open({ folder, ...never }), folder, store: up });
    await next.drain();
    expect(stored).toEqual(['kept']);
  });
});
