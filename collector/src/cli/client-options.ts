import type { Command } from 'commander';
import { createCollectorClient, type CollectorClient } from './collector-client.ts';

/** Options of every command that talks to a collector. */
export interface ClientOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:4318';

/** Adds `--url`, `--token` and `--json`. */
export function addClientOptions(command: Command): Command {
  return command
    .option('--url <address>', `address of the collector (PRUMO_URL; default ${DEFAULT_URL})`)
    .option('--token <token>', 'token of the collector (PRUMO_TOKEN)')
    .option('--json', 'print one JSON document and nothing else');
}

/** The client that the options and the environment describe. */
export async function connect({ url, token }: ClientOptions): Promise<CollectorClient> {
  const { readClientEnvironment } = await import('../config/load.ts');
  const environment = readClientEnvironment();
  return createCollectorClient({ url: url ?? environment.url ?? DEFAULT_URL, token: token ?? environment.token });
}
