import type { FastifyRequest } from 'fastify';
import { PrumoError } from '../errors/prumo-error.ts';
import { inflateBody } from '../ingest/inflate.ts';
import type { App } from './app.ts';

/** Reads JSON bodies, plain or gzip, at most `maxBytes` when unpacked; keys that would reach a prototype are refused. */
export function acceptJson(app: App, maxBytes: number): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const bytes = await inflateBody(body, request.headers['content-encoding'], maxBytes);
    const text = decodeUtf8(bytes);
    return new Promise<unknown>((resolve, reject) => {
      void parse(request, text, (error, value) => (error === null ? resolve(value) : reject(error)));
    });
  });
  refuseOthers(app, 'application/json');
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PrumoError('PRUMO_JSON_MALFORMED', 'the body is not UTF-8', { cause });
  }
}

/** Refuses bodies of every other type. */
function refuseOthers(app: App, accepted: string): void {
  app.addContentTypeParser('*', (request, _payload, done) => {
    const given = JSON.stringify((request.headers['content-type'] ?? '').slice(0, 100));
    done(new PrumoError('PRUMO_CONTENT_TYPE_UNKNOWN', `content type ${given} is not accepted here; ${accepted} is`));
  });
}

/** Reads bodies of one content type as bytes; undefined: of every type. */
export function acceptBytes(app: App, contentType: string | undefined): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(contentType ?? '*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  if (contentType !== undefined) refuseOthers(app, contentType);
}
