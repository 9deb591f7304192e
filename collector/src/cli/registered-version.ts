import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ModelFile } from '../api/model-file.ts';
import type { VersionAnswer } from '../api/registration.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';
import { readBytes } from './read-bytes.ts';

/** A version as the collector knows it. */
export interface RegisteredVersion {
  readonly answer: VersionAnswer;
  readonly modelFile: ModelFile;
}

/** Asks the collector for a version and its model file. */
export async function fetchVersion(
  client: CollectorClient,
  model: string,
  version: string,
): Promise<RegisteredVersion> {
  const { parseModelFile } = await import('../registry/parse-model-file.ts');
  const answer = await client.request<VersionAnswer>('GET', pathOf('models', model, 'versions', version));
  return { answer, modelFile: parseModelFile(answer.modelFile, `model file of ${model} ${version}`) };
}

/**
 * The ONNX file of a version: the given path, else the path in the model file if the registered file is there, else from the
 * registry. Undefined for a version without one.
 *
 * @throws PrumoError `PRUMO_ONNX_MISMATCH` if it is not the file that is registered.
 */
export async function findOnnx(
  client: CollectorClient,
  { answer, modelFile }: RegisteredVersion,
  given: string | undefined,
): Promise<Uint8Array | undefined> {
  const { model, version, onnxSha256, complete } = answer;
  const local = given ?? (modelFile.onnx !== undefined && existsSync(modelFile.onnx) ? modelFile.onnx : undefined);
  const bytes = local === undefined ? undefined : await readBytes(local);
  if (bytes !== undefined && (onnxSha256 === null || sha256(bytes) === onnxSha256)) return bytes;
  if (given === undefined || bytes === undefined) {
    if (onnxSha256 === null || !complete) return undefined;
    return client.download(pathOf('models', model, 'versions', version, 'onnx'));
  }
  const [found, registered] = [sha256(bytes), onnxSha256 ?? 'none'].map((hash) => hash.slice(0, 12));
  const message = `${given} is not the ONNX file of ${model} ${version}: its SHA-256 is ${found}, registered is ${registered}`;
  throw new PrumoError('PRUMO_ONNX_MISMATCH', message, { detail: { remedy: 'Give the file that was registered.' } });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
