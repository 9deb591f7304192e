import type { Config } from './schema.ts';

const HIDDEN = '***';

/** The configuration without its secrets, to be printed: passwords and query parameters of addresses are hidden. */
export function redactConfig(config: Config): Config {
  const { url } = config.clickhouse;
  return url === undefined ? config : { ...config, clickhouse: { ...config.clickhouse, url: redactUrl(url) } };
}

/** The address with its password, and the values of its parameters, hidden. */
function redactUrl(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = HIDDEN;
  for (const key of [...url.searchParams.keys()]) url.searchParams.set(key, HIDDEN);
  return url.href;
}
