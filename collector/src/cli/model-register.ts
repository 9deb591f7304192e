import type { Command } from 'commander';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VersionAnswer } from '../api/registration.ts';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';
import { readBytes } from './read-bytes.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { Terminal } from './terminal.ts';

interface RegisterOptions extends ClientOptions {
  readonly version?: string;
  readonly onnx?: string;
}

/** `prumo model register`. */
export function addModelRegisterCommand(model: Command, terminal: Terminal): void {
  addClientOptions(model.command('register'))
    .summary('register a model or a new version of it')
    .description(
      'Registers the model and version that a model file describes, with its ONNX file. Repeating it is harmless.',
    )
    .argument('<file>', 'the model file, prumo.model.yaml')
    .option('--version <version>', 'register as this version instead of the one in the file')
    .option('--onnx <file>', 'ONNX file (default: the one that the model file names)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ prumo model register prumo.model.yaml\n  $ prumo model register prumo.model.yaml --version 4 --onnx build/model.onnx',
    )
    .action((file: string, options: RegisterOptions) => registerModel(file, options, terminal));
}

async function registerModel(file: string, options: RegisterOptions, terminal: Terminal): Promise<void> {
  const { parseModelFile, readModelYaml } = await import('../registry/parse-model-file.ts');
  const text = (await readBytes(file)).toString('utf8');
  const written = readModelYaml(text, file) as Record<string, unknown>;
  const content = options.version === undefined ? written : { ...written, version: options.version };
  const { model, version, onnx } = parseModelFile(content, file);
  const onnxPath = findOnnx(file, onnx, options.onnx);
  const bytes = onnxPath === undefined ? undefined : await readBytes(onnxPath);
  const client = await connect(options);
  const registration = { modelFile: content, ...(bytes === undefined ? {} : { onnxSha256: sha256(bytes) }) };
  const registered = await client.request<VersionAnswer>('POST', '/v1/models', { json: registration });
  const answer = bytes === undefined ? registered : await uploadOnnx(client, model, version, bytes);
  if (options.json === true) {
    terminal.printJson(answer);
    return;
  }
  const size =
    bytes === undefined ? 'without an ONNX file' : `ONNX file of ${bytes.byteLength.toLocaleString('en-US')} bytes`;
  terminal.print(`Registered ${model} ${version} (${answer.fields.length} fields, ${size}).`);
  if (answer.baselines.length === 0) {
    terminal.note(`Next: prumo baseline --model ${model} --version ${version} REFERENCE.csv`);
  }
}

function uploadOnnx(
  client: CollectorClient,
  model: string,
  version: string,
  bytes: Uint8Array,
): Promise<VersionAnswer> {
  return client.request<VersionAnswer>('PUT', pathOf('models', model, 'versions', version, 'onnx'), {
    bytes: { content: bytes, type: 'application/octet-stream' },
  });
}

/** The path of the ONNX file: as given, else as the model file says, from its folder. */
function findOnnx(file: string, named: string | undefined, given: string | undefined): string | undefined {
  if (given !== undefined || named === undefined) return given;
  const path = join(dirname(file), named);
  if (existsSync(path)) return path;
  const message = `${file}: onnx: there is no file ${path}; correct the path, or give the file with --onnx`;
  throw new PrumoError('PRUMO_FILE_UNREADABLE', message, { detail: { path } });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
