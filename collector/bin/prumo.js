#!/usr/bin/env node
process.env.UV_THREADPOOL_SIZE ??= '16';
const { main } = await import('../src/cli/main.ts');
await main(process.argv);
