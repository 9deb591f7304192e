import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** Hashed in one go: well under a millisecond. */
const STEP_BYTES = 256 * 1024;

/** SHA-256 of an ONNX file (path or bytes) in hexadecimal, in steps that leave the event loop free. Rejects where it cannot be read. */
export async function digestOnnx(onnx: string | Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  if (typeof onnx === 'string') await addFile(hash, onnx);
  else await addBytes(hash, onnx);
  return hash.digest('hex');
}

async function addFile(hash: Hash, path: string): Promise<void> {
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
}

async function addBytes(hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    hash.update(bytes.subarray(at, at + STEP_BYTES));
    await setImmediate();
  }
}
