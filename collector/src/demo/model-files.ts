import { fileURLToPath } from 'node:url';
import type { ModelName } from './world.ts';

/** Paths of a demo model's files: its ONNX file and the `prumo.model.yaml` that describes it. */
export function locateModelFiles(model: ModelName): { readonly onnx: string; readonly description: string } {
  const locate = (file: string) => fileURLToPath(new URL(`./models/${model}/${file}`, import.meta.url));
  return { onnx: locate(`${model}.onnx`), description: locate('prumo.model.yaml') };
}
