import type { AgentConfig } from '../config.ts';
import { readLayouts, type VersionLayouts } from './layouts-answer.ts';
import { untraced } from './otlp-sender.ts';

/** What a question about layouts came to. */
export type LayoutsResult =
  | { readonly kind: 'layouts'; readonly layouts: VersionLayouts; readonly etag: string | undefined }
  /** The version is not registered (404). */
  | { readonly kind: 'unregistered' }
  | { readonly kind: 'unchanged' }
  /** An answer that cannot be used. */
  | { readonly kind: 'malformed'; readonly message: string };

/** A version: its name, the SHA-256 of its ONNX file, or both. Where both are known the hash decides, as in judging. */
export interface VersionQuestion {
  readonly model: string;
  readonly version: string | undefined;
  readonly sha256: string | undefined;
  /** The `ETag` of the layouts at hand. */
  readonly etag: string | undefined;
}

const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/**
 * Asks the collector for the layouts of a version: `GET /v1/models/{model}/layouts`.
 *
 * @throws where the collector cannot be reached, is too slow, or answers with another status.
 */
export async function fetchLayouts(
  config: Pick<AgentConfig, 'endpoint' | 'token' | 'timeoutMs'>,
  question: VersionQuestion,
): Promise<LayoutsResult> {
  const query = new URLSearchParams({
    ...(question.sha256 === undefined ? {} : { sha256: question.sha256 }),
    ...(question.version === undefined ? {} : { version: question.version }),
  });
  const url = `${config.endpoint}/v1/models/${encodeURIComponent(question.model)}/layouts?${query.toString()}`;
  const response = await untraced(() =>
    fetch(url, {
      headers: headersOf(config.token, question.etag),
      redirect: 'error',
      signal: AbortSignal.timeout(config.timeoutMs),
    }),
  );
  if (response.status === 200) return await readAnswer(response);
  await response.body?.cancel();
  if (response.status === 304) return { kind: 'unchanged' };
  if (response.status === 404) return { kind: 'unregistered' };
  throw new Error(`layouts: status ${response.status}`);
}

function headersOf(token: string | undefined, etag: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  };
}

async function readAnswer(response: Response): Promise<LayoutsResult> {
  const text = await readBounded(response);
  if (text === undefined) return { kind: 'malformed', message: `more than ${MAX_ANSWER_BYTES} bytes` };
  try {
    const layouts = readLayouts(JSON.parse(text));
    return { kind: 'layouts', layouts, etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    return { kind: 'malformed', message: error instanceof Error ? error.message : 'unreadable' };
  }
}

/** The body as text; undefined where it is too long. The limit holds for what is unpacked too. */
async function readBounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
