/** A host whose collector is dead and which never shuts its agent down: it must end by itself, and well. */
import * as ort from 'onnxruntime-node';
import { createAgent } from '../../src/index.ts';
import { identityModel } from './tiny-onnx.ts';

const agent = createAgent({ endpoint: 'http://127.0.0.1:1', flushIntervalMs: 1000, timeoutMs: 200 });
const onnx = identityModel({ name: 'x', type: 'float32', shape: ['n'] });
const session = agent.watch(await ort.InferenceSession.create(onnx), { model: 'm', onnx });
for (let i = 0; i < 3; i++) {
  await session.with({ ids: [`loan-${i}`] }).run({ x: new ort.Tensor('float32', [i], [1]) });
}
await agent.ready({ timeoutMs: 50 });
await agent.flush();
// Long enough for an interval to end and fail by itself.
await new Promise((resolve) => setTimeout(resolve, 1500));
process.stdout.write('done\n');
