import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkInput, explainUnknownName, nearestName } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { environmentName } from './environment-name.ts';
import { configSchema, listConfigKeys, type Config } from './schema.ts';

/** File that is read when none is named. */
const DEFAULT_CONFIG_FILE = 'prumo.yaml';

/** Prefixes of variables that belong to no key of this configuration: agents and commands read them. */
const FOREIGN = ['PRUMO_CONFIG', 'PRUMO_URL', 'PRUMO_TOKEN', 'PRUMO_BOOTSTRAP_TOKEN', 'PRUMO_AGENT'];

/** Where a configuration comes from. What is left out is looked up. */
export interface ConfigSources {
  /** Path of a YAML file. Default: `PRUMO_CONFIG`, else `prumo.yaml` of the working folder if it is there. */
  readonly file?: string | undefined;
  /** Default: the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Options of the command line; they win. */
  readonly options?: { readonly data?: string; readonly host?: string; readonly port?: number };
}

/**
 * Loads the configuration: defaults, then the file, then the environment, then the options.
 *
 * @throws PrumoError `PRUMO_CONFIG_INVALID` that names every wrong key, and the nearest known one for an unknown key;
 * `PRUMO_FILE_UNREADABLE`.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const environment = sources.environment ?? process.env;
  const named = sources.file ?? environment['PRUMO_CONFIG'];
  const file = named ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined);
  const content = file === undefined ? {} : readConfigFile(file);
  const what = file === undefined ? 'configuration' : `configuration (${file})`;
  // The file is checked alone first, so that its errors are not blamed on a variable.
  checkInput(configSchema, content, { code: 'PRUMO_CONFIG_INVALID', what });
  const layered = layer(content, readEnvironment(environment), sources.options ?? {});
  return checkInput(configSchema, layered, { code: 'PRUMO_CONFIG_INVALID', what: 'configuration' });
}

/** The variables of an environment that the command line reads besides the configuration. */
export function readClientEnvironment(environment: Readonly<Record<string, string | undefined>> = process.env): {
  readonly url: string | undefined;
  readonly token: string | undefined;
} {
  return { url: environment['PRUMO_URL'], token: environment['PRUMO_TOKEN'] };
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `configuration file ${file} cannot be read: ${(cause as Error).message}`;
    throw new PrumoError('PRUMO_FILE_UNREADABLE', message, { cause });
  }
  const content = parseYaml(text, file) ?? {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  throw new PrumoError('PRUMO_CONFIG_INVALID', `configuration (${file}): keys and values are expected`);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (cause) {
    throw new PrumoError('PRUMO_CONFIG_INVALID', `configuration (${file}): ${(cause as Error).message}`, { cause });
  }
}

/** Keys of the configuration that variables give, by path. Empty variables count as absent. */
function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Map<readonly string[], unknown> {
  const keys = listConfigKeys();
  const known = new Map(keys.map((key) => [environmentName(key.path), key]));
  const sections = keys.filter(({ path }) => path.length > 1).map(({ path: [name] }) => environmentName([name ?? '']));
  const given = new Map<readonly string[], unknown>();
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('PRUMO_') || text === undefined || text === '') continue;
    const key = known.get(name);
    if (key !== undefined) given.set(key.path, isText(key.schema) ? text : readScalar(text));
    else refuseMistyped(name, [...known.keys()], sections);
  }
  return given;
}

/** Agents share the prefix, so only a variable of a section, or one letter or two off a known one, is a mistake. */
function refuseMistyped(name: string, known: readonly string[], sections: readonly string[]): void {
  if (FOREIGN.some((foreign) => name === foreign || name.startsWith(`${foreign}_`))) return;
  const isOfSection = sections.some((section) => name.startsWith(`${section}_`));
  if (!isOfSection && nearestName(name, known, 2) === undefined) return;
  throw new PrumoError('PRUMO_CONFIG_INVALID', `environment: ${explainUnknownName('variable', name, known)}`);
}

/** Whether a key takes text: digits are text too, as in a secret. */
function isText(schema: z.ZodType): boolean {
  const inner = schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodString;
}

function readScalar(text: string): string | number {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

function layer(
  content: Record<string, unknown>,
  environment: ReadonlyMap<readonly string[], unknown>,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const layered = structuredClone(content);
  for (const [[first = '', second], value] of environment) {
    if (second === undefined) layered[first] = value;
    else layered[first] = { ...(layered[first] as object | undefined), [second]: value };
  }
  for (const [key, value] of Object.entries(options)) if (value !== undefined) layered[key] = value;
  return layered;
}
