import type { Layout } from '@prumo/agent/profile';
import type { LayoutsAnswer } from '../api/layouts.ts';
import type { ModelFile } from '../api/model-file.ts';
import type { ModelAnswer, Registration, SealedBaselineAnswer, VersionAnswer } from '../api/registration.ts';
import type { Reference } from '../domain/drift/reference.ts';
import { findBaselineProblems } from '../domain/registry/check-baseline.ts';
import { decideBaseline, decideOnnx, decideRegistration, findVersion } from '../domain/registry/decide.ts';
import type { RecordedEvent } from '../domain/registry/event.ts';
import type { Field, OnnxSignature } from '../domain/registry/field.ts';
import { resolveFields } from '../domain/registry/resolve-fields.ts';
import { resolveVersion, type ReportedVersion, type ResolvedVersion } from '../domain/registry/resolve-version.ts';
import { applyEvent, emptyRegistry, stateAsOf, type RegistryState, type Version } from '../domain/registry/state.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { Blobs } from './blobs.ts';
import { EventLog, type EventStore } from './event-log.ts';
import { indexLayouts, toLayoutsAnswer } from './layouts-answer.ts';
import { readOnnxFile } from './onnx-file.ts';
import { parseModelFile } from './parse-model-file.ts';
import { eventsOrThrow, refuse } from './refusal.ts';
import { ReferenceCache } from './reference-cache.ts';
import { writeSealedRecord } from './sealed-record.ts';
import { sha256 } from './sha256.ts';
import { toBaselineAnswer, toModelAnswer, toVersionAnswer } from './version-answer.ts';

/** What a registry is made of. */
export interface RegistryOptions {
  readonly store: EventStore;
  /** Folder of the blobs. */
  readonly blobsFolder: string;
  readonly now: () => Date;
}

/** Which version is asked for: by name, or by the hash of its ONNX file. */
export type VersionChoice = Omit<ReportedVersion, 'model'>;

/**
 * Models, versions and baselines: a fold over the events of the store, kept in memory. Names that are not known are looked up in
 * the store once more before they are refused: another collector may have registered them.
 */
export class Registry {
  #state: RegistryState = emptyRegistry;
  readonly #log: EventLog;
  readonly #blobs: Blobs;
  readonly #references: ReferenceCache;
  readonly #modelFiles = new WeakMap<Version, ModelFile>();

  constructor({ store, blobsFolder, now }: RegistryOptions) {
    this.#blobs = new Blobs(blobsFolder);
    this.#references = new ReferenceCache(this.#blobs);
    const onEvent = (event: RecordedEvent) => void (this.#state = applyEvent(this.#state, event));
    this.#log = new EventLog({ store, now, onEvent });
  }

  /** Reads the events that this or another collector has appended since. Call it once before anything else. */
  refresh(): Promise<void> {
    return this.#log.refresh();
  }

  /**
   * Registers a version, and its model where needed. With `onnxSha256` it is complete once that file is attached, which
   * happens at once where it is known. The same registration again changes nothing.
   *
   * @throws PrumoError `PRUMO_MODEL_FILE_INVALID`, `PRUMO_VERSION_IMMUTABLE`, `PRUMO_ONNX_MISMATCH`.
   */
  async register({ modelFile, onnxSha256 }: Registration, actor: string): Promise<VersionAnswer> {
    const file = parseModelFile(modelFile);
    const { fields, problems } = resolveFields(file);
    if (problems.length > 0) throw new PrumoError('PRUMO_MODEL_FILE_INVALID', `model file: ${problems.join('; ')}`);
    const known = onnxSha256 !== undefined && (await this.#blobs.has(onnxSha256));
    const attached = known ? this.#readOnnx(file, await this.#blobs.get(onnxSha256)) : undefined;
    const { model, version, task, owner = null, riskTier = null, segments } = file;
    const name = { model, version };
    await this.#log.append(() => {
      const registration = { ...name, modelFile, fields, segments, onnxSha256: onnxSha256 ?? null };
      return eventsOrThrow(
        decideRegistration(
          this.#state,
          { type: 'ModelRegistered', model, task, owner, riskTier },
          { type: 'VersionRegistered', ...registration },
        ),
      );
    }, actor);
    if (attached !== undefined) await this.#attach(name, attached, actor);
    return this.showVersion(model, version);
  }

  /**
   * Attaches the ONNX file that a version declared.
   *
   * @throws PrumoError `PRUMO_ONNX_MALFORMED`, `PRUMO_ONNX_UNSUPPORTED`, `PRUMO_ONNX_MISMATCH`, `PRUMO_VERSION_IMMUTABLE` for
   * another file than the declared one.
   */
  async attachOnnx(model: string, version: string, bytes: Uint8Array, actor: string): Promise<VersionAnswer> {
    const known = await this.find(model, version);
    const attached = this.#readOnnx(this.modelFileOf(known), bytes);
    // Asked before the file is kept: one that is refused leaves nothing behind.
    eventsOrThrow(decideOnnx(this.#state, { type: 'OnnxAttached', model, version, ...attached }));
    await this.#blobs.put(bytes);
    await this.#attach({ model, version }, attached, actor);
    return this.showVersion(model, version);
  }

  /**
   * The ONNX file of a version.
   *
   * @throws PrumoError `PRUMO_ONNX_UNKNOWN` where it has none or its file was not uploaded, `PRUMO_MODEL_UNKNOWN`,
   * `PRUMO_VERSION_UNKNOWN`.
   */
  async readOnnx(model: string, version: string): Promise<Uint8Array> {
    const { onnx, onnxSha256 } = await this.find(model, version);
    if (onnx !== null) return this.#blobs.get(onnx.sha256);
    const reason = onnxSha256 === null ? 'was registered without an ONNX file' : 'waits for its ONNX file';
    throw new PrumoError('PRUMO_ONNX_UNKNOWN', `version "${version}" of model "${model}" ${reason}`);
  }

  /**
   * Seals a reference as the baseline of its version, in force from now on.
   *
   * @throws PrumoError `PRUMO_BASELINE_INVALID`, `PRUMO_ONNX_MISSING`, `PRUMO_MODEL_UNKNOWN`, `PRUMO_VERSION_UNKNOWN`.
   */
  async sealBaseline(reference: Reference, actor: string): Promise<SealedBaselineAnswer> {
    const { model, version: name, kind, rows } = reference;
    const version = await this.find(model, name);
    const problems = findBaselineProblems(reference, version.fields);
    if (problems.length > 0) {
      const message = `baseline: ${problems.slice(0, 5).join('; ')}`;
      throw new PrumoError('PRUMO_BASELINE_INVALID', message, { detail: { problems } });
    }
    const record = writeSealedRecord(version, reference);
    const wish = { type: 'BaselineSealed', model, version: name, kind, rows, hash: sha256(record) } as const;
    eventsOrThrow(decideBaseline(this.#state, wish));
    await this.#blobs.put(Buffer.from(record));
    await this.#log.append(() => eventsOrThrow(decideBaseline(this.#state, wish)), actor);
    const sealed = (await this.find(model, name)).baselines.findLast(({ hash }) => hash === wish.hash);
    if (sealed === undefined)
      throw new PrumoError('PRUMO_REGISTRY_CORRUPT', 'a sealed baseline is not in the registry');
    return toBaselineAnswer(sealed, true);
  }

  /** The version that telemetry comes from; see `resolveVersion` of the domain. */
  resolveVersion(reported: ReportedVersion): ResolvedVersion {
    return resolveVersion(this.#state, reported);
  }

  /** What an agent needs to profile a version. @throws PrumoError `PRUMO_MODEL_UNKNOWN`, `PRUMO_VERSION_UNKNOWN`. */
  async layoutsFor(model: string, choice: VersionChoice): Promise<LayoutsAnswer> {
    const version = await this.choose(model, choice);
    return toLayoutsAnswer(version, this.modelFileOf(version), await this.referenceOf(version));
  }

  /** The version of a name or of a hash; with neither, the newest one. */
  async choose(model: string, { sha256: hash, version }: VersionChoice): Promise<Version> {
    if (hash === undefined && version === undefined) return this.#newest(model);
    const reported = { model, sha256: hash, version };
    if (!this.resolveVersion(reported).registered) await this.refresh();
    const resolved = this.resolveVersion(reported);
    if (!resolved.registered && hash !== undefined && this.#state.has(model)) {
      throw new PrumoError('PRUMO_VERSION_UNKNOWN', `no version of model "${model}" has the ONNX file ${hash}`);
    }
    return this.find(model, resolved.version);
  }

  /** A version by name. @throws PrumoError `PRUMO_MODEL_UNKNOWN`, `PRUMO_VERSION_UNKNOWN`. */
  async find(model: string, version: string): Promise<Version> {
    if ('refused' in findVersion(this.#state, model, version)) await this.refresh();
    const found = findVersion(this.#state, model, version);
    return 'refused' in found ? refuse(found) : found;
  }

  async showVersion(model: string, version: string): Promise<VersionAnswer> {
    return toVersionAnswer(await this.find(model, version));
  }

  /** @throws PrumoError `PRUMO_MODEL_UNKNOWN`. */
  async showModel(model: string): Promise<ModelAnswer> {
    if (!this.#state.has(model)) await this.refresh();
    const known = this.#state.get(model);
    if (known === undefined) return refuse({ refused: 'model-unknown', message: `model "${model}" is not registered` });
    return toModelAnswer(known);
  }

  /** Every model by name; `asOf`: as known at that instant. */
  listModels(asOf?: Date): ModelAnswer[] {
    const state = asOf === undefined ? this.#state : stateAsOf(this.#log.events, asOf);
    return [...state.values()].map(toModelAnswer).sort((a, b) => (a.model < b.model ? -1 : 1));
  }

  /** The model file of a version, checked, with its defaults. */
  modelFileOf(version: Version): ModelFile {
    const known = this.#modelFiles.get(version) ?? parseModelFile(version.modelFile);
    this.#modelFiles.set(version, known);
    return known;
  }

  /** The model file of the newest version of each model. */
  newestModelFiles(): ModelFile[] {
    const newest = [...this.#state.values()].map(({ versions }) => [...versions.values()].at(-1));
    return newest.flatMap((version) => (version === undefined ? [] : [this.modelFileOf(version)]));
  }

  /** The reference in force; undefined without a baseline. The same object as long as it is kept in memory. */
  async referenceOf(version: Version): Promise<Reference | undefined> {
    const sealed = version.baselines.at(-1);
    return sealed === undefined ? undefined : this.#references.get(sealed.hash);
  }

  /** A layout by its hash, among all baselines that a model ever had, newest first. */
  async findLayout(model: string, hash: string): Promise<Layout | undefined> {
    const versions = [...(this.#state.get(model)?.versions.values() ?? [])];
    for (const sealed of versions.flatMap(({ baselines }) => baselines).reverse()) {
      const layout = indexLayouts(await this.#references.get(sealed.hash)).get(hash);
      if (layout !== undefined) return layout;
    }
    return undefined;
  }

  /** Whether a model has a layout of this hash with just these bounds, as far as the references in memory tell. */
  knowsLayout(model: string, hash: string, bounds: Float64Array): boolean {
    for (const { baselines } of this.#state.get(model)?.versions.values() ?? []) {
      for (const sealed of baselines) {
        const reference = this.#references.peek(sealed.hash);
        const layout = reference && indexLayouts(reference).get(hash);
        if (layout?.kind === 'edges') return isSame(layout.bounds, bounds);
      }
    }
    return false;
  }

  async #newest(model: string): Promise<Version> {
    const last = (await this.showModel(model)).versions.at(-1);
    return this.find(model, last?.version ?? '');
  }

  #readOnnx(file: ModelFile, bytes: Uint8Array): { onnx: OnnxSignature; fields: readonly Field[] } {
    const onnx = { sha256: sha256(bytes), sizeBytes: bytes.length, ...readOnnxFile(bytes) };
    const { fields, problems } = resolveFields(file, onnx);
    if (problems.length === 0) return { onnx, fields };
    const message = `the ONNX file and the model file disagree: ${problems.slice(0, 5).join('; ')}`;
    throw new PrumoError('PRUMO_ONNX_MISMATCH', message, { detail: { problems } });
  }

  #attach(
    name: { readonly model: string; readonly version: string },
    attached: { readonly onnx: OnnxSignature; readonly fields: readonly Field[] },
    actor: string,
  ): Promise<void> {
    const wish = { type: 'OnnxAttached', ...name, ...attached } as const;
    return this.#log.append(() => eventsOrThrow(decideOnnx(this.#state, wish)), actor);
  }
}

function isSame(known: readonly number[], bounds: Float64Array): boolean {
  return known.length === bounds.length && known.every((bound, k) => bound === bounds[k]);
}
