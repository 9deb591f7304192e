import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PrumoError } from '../errors/prumo-error.ts';
import { sha256 } from './sha256.ts';

const NAME = /^[0-9a-f]{64}$/;

/** Files under the SHA-256 of their content: ONNX files and sealed records. */
export class Blobs {
  readonly #folder: string;

  /** @param folder is created when the first blob is written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Stores the bytes and gives their hash. When it resolves they are on disk, also through a power cut. */
  async put(bytes: Uint8Array): Promise<string> {
    const hash = sha256(bytes);
    if (await this.has(hash)) return hash;
    await mkdir(this.#folder, { recursive: true });
    const temporary = path.join(this.#folder, `${hash}.${randomUUID()}.part`);
    try {
      await writeThrough(temporary, bytes);
      await rename(temporary, this.#pathOf(hash));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(this.#folder);
    return hash;
  }

  async has(hash: string): Promise<boolean> {
    return access(this.#pathOf(hash)).then(
      () => true,
      () => false,
    );
  }

  /** @throws PrumoError `PRUMO_REGISTRY_CORRUPT` where the blob is gone or its content is not that of its hash. */
  async get(hash: string): Promise<Uint8Array> {
    const file = this.#pathOf(hash);
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `the file ${file} cannot be read`, { cause });
    });
    if (sha256(bytes) === hash) return bytes;
    throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `the file ${file} does not have the content that its name says`);
  }

  #pathOf(hash: string): string {
    if (!NAME.test(hash)) throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `"${hash.slice(0, 80)}" is no name of a blob`);
    return path.join(this.#folder, hash);
  }
}

async function writeThrough(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
