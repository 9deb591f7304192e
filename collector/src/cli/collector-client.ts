import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../api/problem.ts';
import { PrumoError } from '../errors/prumo-error.ts';

/** Where the collector is, and who asks. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
}

/** What a request carries. */
interface RequestOptions {
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as they are. */
  readonly bytes?: { readonly content: Uint8Array; readonly type: string; readonly encoding?: string };
}

/** Asks a collector over HTTP. */
export interface CollectorClient {
  readonly url: string;
  /**
   * The JSON answer. A busy collector (429, 503) is asked again after its `Retry-After`, for up to two minutes; every request
   * of the commands may be repeated.
   *
   * @throws PrumoError `PRUMO_COLLECTOR_UNREACHABLE`, `PRUMO_COLLECTOR_REFUSED` with the collector's words.
   */
  readonly request: <Answer>(method: 'GET' | 'POST' | 'PUT', path: string, options?: RequestOptions) => Promise<Answer>;
  /** The bytes of an answer. */
  readonly download: (path: string) => Promise<Uint8Array>;
}

const PATIENCE_MS = 120_000;

/** Creates a client of the collector at an address. */
export function createCollectorClient({ url, token }: Connection): CollectorClient {
  const base = parseBase(url);
  const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Response> => {
    const address = addressOf(base, path, options.query ?? {});
    const { headers, body } = encodeBody(options);
    if (token !== undefined && token !== '') headers['authorization'] = `Bearer ${token}`;
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const response = await fetch(address, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
        (cause: unknown) => {
          throw unreachable(url, cause);
        },
      );
      if (response.ok) return response;
      const waitMs = retryAfterMs(response);
      if (waitMs === undefined || performance.now() + waitMs > giveUpAt)
        throw await refusal(response, `${method} ${path}`);
      await response.arrayBuffer();
      await pause(waitMs);
    }
  };
  return {
    url,
    request: async <Answer>(method: string, path: string, options?: RequestOptions) => {
      const response = await send(method, path, options);
      const text = await response.text();
      return (text === '' ? {} : JSON.parse(text)) as Answer;
    },
    download: async (path) => new Uint8Array(await (await send('GET', path)).arrayBuffer()),
  };
}

/** A path with its parts encoded: names may hold any character. */
export function pathOf(...parts: readonly string[]): string {
  return `/v1/${parts.map(encodeURIComponent).join('/')}`;
}

function parseBase(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base?.protocol === 'http:' || base?.protocol === 'https:') return base;
  throw new PrumoError('PRUMO_USAGE', `--url "${url}": an address such as http://127.0.0.1:4318 is expected`);
}

function addressOf(base: URL, path: string, query: NonNullable<RequestOptions['query']>): URL {
  const address = new URL(base.href.replace(/\/+$/, '') + path);
  for (const [key, value] of Object.entries(query)) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) address.searchParams.append(key, each);
  }
  return address;
}

function encodeBody({ json, bytes }: RequestOptions): {
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | string;
} {
  if (bytes !== undefined) {
    const encoding = bytes.encoding === undefined ? {} : { 'content-encoding': bytes.encoding };
    return { headers: { 'content-type': bytes.type, ...encoding }, body: bytes.content as Uint8Array<ArrayBuffer> };
  }
  if (json === undefined) return { headers: {} };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
}

/** How long to wait before asking again; undefined if asking again is no use. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(headers.get('retry-after') ?? '1');
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0.1), 30) * 1000 : 1000;
}

async function refusal(response: Response, what: string): Promise<PrumoError> {
  const text = await response.text();
  const problem = parseProblem(text);
  const words = problem?.detail ?? `${what} was answered ${response.status} ${text.slice(0, 300)}`.trim();
  const code = problem?.code;
  const hint =
    response.status === 401 || response.status === 403 ? 'Give a token with --token or PRUMO_TOKEN.' : undefined;
  return new PrumoError('PRUMO_COLLECTOR_REFUSED', words, {
    detail: { status: response.status, code, request: what, remedy: hint ?? problem?.remedy },
  });
}

function parseProblem(text: string): Partial<Problem> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreachable(url: string, cause: unknown): PrumoError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? inner.message || (inner as NodeJS.ErrnoException).code : String(inner);
  return new PrumoError(
    'PRUMO_COLLECTOR_UNREACHABLE',
    `no collector answers at ${url}: ${reason ?? 'no reason given'}`,
    { cause },
  );
}
