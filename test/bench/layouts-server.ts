import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A collector's stand-in for benchmarks of the agent: answers layouts with final edges and takes every export. */
export async function startLayoutsServer(fieldCount: number): Promise<{ url: string; close: () => void }> {
  const bounds = Array.from({ length: 64 }, (_, i) => (i - 31.5) / 10);
  const inputs = Array.from({ length: fieldCount }, (_, column) => ({
    name: `f${column}`,
    role: 'input',
    type: 'numeric',
    tensor: 'X',
    column,
    elementType: 'float32',
    missing: [],
    layout: { hash: 'a'.repeat(32), kind: 'edges', bounds },
  }));
  const outputs = [
    {
      name: 'probability',
      role: 'output',
      type: 'numeric',
      tensor: 'probabilities',
      column: 1,
      elementType: 'float32',
      missing: [],
      layout: { hash: 'b'.repeat(32), kind: 'edges', bounds: Array.from({ length: 99 }, (_, i) => (i + 1) / 100) },
    },
    {
      name: 'decision',
      role: 'output',
      type: 'categorical',
      tensor: 'label',
      column: null,
      elementType: 'int64',
      missing: [],
      layout: { hash: 'c'.repeat(32), kind: 'categories', categories: ['0', '1'] },
    },
  ];
  const answer = JSON.stringify({
    format: 1,
    model: 'bench',
    version: '1',
    fields: [...inputs, ...outputs],
    segments: [],
  });
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const isLayouts = request.method === 'GET';
      response.writeHead(200, {
        'content-type': isLayouts ? 'application/json' : 'application/x-protobuf',
        etag: '"1"',
      });
      response.end(isLayouts ? answer : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
