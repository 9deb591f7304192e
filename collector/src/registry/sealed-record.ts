import type { Reference } from '../domain/drift/reference.ts';
import { canonicalJson } from '../domain/registry/canonical-json.ts';
import type { Version } from '../domain/registry/state.ts';
import { PrumoError } from '../errors/prumo-error.ts';

/** Number of the format of sealed records. */
const RECORD_FORMAT = 1;

/** What sealing freezes, under one hash: the reference, the model file and the ONNX file's hash. */
export interface SealedRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly onnxSha256: string | null;
  readonly modelFile: Readonly<Record<string, unknown>>;
  readonly reference: Reference;
}

/** Text of the sealed record of a reference. Its SHA-256 is the baseline's hash. */
export function writeSealedRecord({ onnxSha256, modelFile }: Version, reference: Reference): string {
  return canonicalJson({ format: RECORD_FORMAT, onnxSha256, modelFile, reference } satisfies SealedRecord);
}

/** Reads what `writeSealedRecord` wrote. @throws PrumoError `PRUMO_FORMAT_NEWER` for a newer format. */
export function readSealedRecord(bytes: Uint8Array): SealedRecord {
  const record = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  ) as SealedRecord;
  if (record.format <= RECORD_FORMAT) return record;
  const message = `a sealed record has format ${String(record.format)}; this Prumo reads up to ${RECORD_FORMAT}`;
  throw new PrumoError('PRUMO_FORMAT_NEWER', message);
}
