import type { AgentConfig } from '../config.ts';
import { messageOf } from '../log.ts';
import { isRetryable, untraced } from './otlp-sender.ts';
import { parseRetryAfter } from './response-watcher.ts';

/** How sending rows went. */
export type RowsResult =
  | { readonly kind: 'accepted' }
  /** Might pass later: 408, 429, 5xx, or no answer. */
  | { readonly kind: 'retryable'; readonly retryAfterMs: number | undefined; readonly message: string }
  | { readonly kind: 'rejected'; readonly message: string };

/** Most bytes of an answer that are read, so that its connection can be used again. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends an Arrow stream, packed by gzip, to `POST /v1/predictions`. It never rejects. */
export async function sendRows(
  config: Pick<AgentConfig, 'endpoint' | 'token' | 'timeoutMs'>,
  body: Uint8Array<ArrayBuffer>,
): Promise<RowsResult> {
  try {
    const response = await untraced(() =>
      fetch(`${config.endpoint}/v1/predictions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/vnd.apache.arrow.stream',
          'content-encoding': 'gzip',
          ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(config.timeoutMs),
      }),
    );
    await drain(response);
    if (response.ok) return { kind: 'accepted' };
    const message = `status ${response.status}`;
    if (!isRetryable(response.status)) return { kind: 'rejected', message };
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after') ?? undefined, Date.now());
    return { kind: 'retryable', retryAfterMs, message };
  } catch (error) {
    return { kind: 'retryable', retryAfterMs: undefined, message: messageOf(error) };
  }
}

/** The status has said it all: what the rest of the answer does, or fails to do, does not matter. */
async function drain(response: Response): Promise<void> {
  try {
    let sizeBytes = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_ANSWER_BYTES) break;
    }
  } catch {
    // Cut off, or too slow.
  }
}
