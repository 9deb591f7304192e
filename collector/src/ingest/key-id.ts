import { createHmac } from 'node:crypto';

const KEPT_BYTES = 24;

/** What is kept of an id where a key is configured: `k1:` and the first 24 bytes of its HMAC-SHA256 in base64url. Without a key, the id itself. */
export function keyId(id: string, key: string | undefined): string {
  if (key === undefined) return id;
  return `k1:${createHmac('sha256', key).update(id).digest().subarray(0, KEPT_BYTES).toString('base64url')}`;
}
