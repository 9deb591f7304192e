import { isMap, isScalar, parseDocument } from 'yaml';
import { modelFileSchema, type ModelFile } from '../api/model-file.ts';
import { checkInput } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';

/**
 * Checks the content of a model file, as read from YAML or JSON.
 *
 * @param where names the file in errors.
 * @throws PrumoError `PRUMO_MODEL_FILE_INVALID`.
 */
export function parseModelFile(content: unknown, where = 'model file'): ModelFile {
  return checkInput(modelFileSchema, content, { code: 'PRUMO_MODEL_FILE_INVALID', what: where });
}

/**
 * Reads the text of a `prumo.model.yaml` into a plain object, unchecked: what is sent to the collector.
 *
 * @throws PrumoError `PRUMO_MODEL_FILE_INVALID` for what is no YAML, and for field names whose order JavaScript would
 * change (whole numbers out of order): the order names the columns of a tensor.
 */
export function readModelYaml(text: string, where = 'model file'): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new PrumoError('PRUMO_MODEL_FILE_INVALID', `${where}: ${error.message}`);
  const content = parseAliases(() => document.toJS({ maxAliasCount: 100 }) as unknown, where);
  for (const key of ['inputs', 'outputs']) {
    const node = document.get(key);
    if (!isMap(node)) continue;
    const written = node.items.map(({ key: name }) => String(isScalar(name) ? name.value : name));
    const kept = Object.keys((content as Record<string, object>)[key] ?? {});
    if (written.join('\n') !== kept.join('\n')) {
      const message = `${where}: ${key}: names that are whole numbers must come first and in increasing order`;
      throw new PrumoError('PRUMO_MODEL_FILE_INVALID', message);
    }
  }
  return content;
}

/** Aliases that multiply are refused by the reader with a plain error. */
function parseAliases(read: () => unknown, where: string): unknown {
  try {
    return read();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PrumoError('PRUMO_MODEL_FILE_INVALID', `${where}: ${message}`, { cause });
  }
}
