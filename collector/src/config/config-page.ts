import { environmentName } from './environment-name.ts';
import { listConfigKeys } from './schema.ts';

/** Text of docs/reference/config.md: every key with its variable, default and meaning. */
export function renderConfigPage(): string {
  const rows = listConfigKeys().map(({ path, fallback, description }) => {
    const shown = fallback === undefined ? '' : `\`${fallback}\``;
    return `| \`${path.join('.')}\` | \`${environmentName(path)}\` | ${shown} | ${description} |`;
  });
  return [
    '# Configuration',
    '',
    'Written from `collector/src/config/schema.ts`; a test compares the two.',
    '',
    'Defaults, then the YAML file (`--config`, `PRUMO_CONFIG`, else `prumo.yaml` in the working folder if it is there), then',
    'the environment, then options of the command line: the later one wins. An unknown key is refused with the nearest known',
    'name. A key that ends in `Ms` takes milliseconds or a duration such as `5m`. `prumo config check` prints what results,',
    'without secrets.',
    '',
    '| key | environment | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
