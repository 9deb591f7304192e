import { encodeMinute, setMinute } from './otlp-load.ts';

/**
 * Sends points to a collector for some seconds over four connections, one request after another on each; prints `begins`, then how
 * many were accepted. Usage: `node send-load.ts URL SECONDS`.
 */
const [url = '', seconds = '10'] = process.argv.slice(2);
const CONNECTIONS = 4;
/** A request of 3,000 points is 3.8 MB; agents send smaller ones, more often. */
const SHAPE = { kind: 'edges', models: 30, fields: 100 } as const;
const START_MS = Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000;

const request = encodeMinute(SHAPE);
console.log('begins');
const endMs = Date.now() + Number(seconds) * 1000;
let minute = 0;
let accepted = 0;

async function sendUntilEnd(): Promise<void> {
  while (Date.now() < endMs) {
    const body = setMinute(request, START_MS + minute++ * 60_000);
    const answer = await fetch(`${url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
    });
    const bytes = await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${Buffer.from(bytes).toString()}`);
    accepted += SHAPE.models * SHAPE.fields;
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, sendUntilEnd));
console.log(accepted);
