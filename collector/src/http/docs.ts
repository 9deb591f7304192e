import type { App } from './app.ts';

interface Operation {
  readonly summary?: string;
}

/** `/docs`: the paths as a page; `/docs/json`: OpenAPI. */
export function routeDocs(app: App): void {
  app.get('/docs/json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()));
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => {
    const paths = Object.entries(app.swagger().paths ?? {}) as [string, Record<string, Operation>][];
    return reply.type('text/html; charset=utf-8').send(renderPage(paths));
  });
}

function renderPage(paths: readonly [string, Record<string, Operation>][]): string {
  const rows = paths.flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, { summary = '' }]) =>
        `<tr><td>${escapeHtml(method.toUpperCase())}<td><code>${escapeHtml(path)}</code><td>${escapeHtml(summary)}`,
    ),
  );
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Prumo: HTTP interface</title>',
    '<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem}td{padding:.2rem 1rem .2rem 0}</style>',
    '<h1>Prumo: HTTP interface</h1><p>Complete, with schemas: <a href="/docs/json">OpenAPI</a>.</p>',
    `<table>${rows.join('')}</table></html>`,
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
