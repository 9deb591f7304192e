import type { Config } from './schema.ts';

const HIDDEN = '***';

/** The configuration without its secrets, to be printed: the key of ids, passwords and query parameters of addresses are hidden. */
export function redactConfig(config: Config): Config {
  const { url } = config.clickhouse;
  return {
    ...config,
    ...(config.idKey !== undefined && { idKey: HIDDEN }),
    clickhouse: { ...config.clickhouse, ...(url !== undefined && { url: redactUrl(url) }) },
  };
}

/** The address with its password, and the values of its parameters, hidden. */
function redactUrl(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = HIDDEN;
  for (const key of [...url.searchParams.keys()]) url.searchParams.set(key, HIDDEN);
  return url.href;
}
