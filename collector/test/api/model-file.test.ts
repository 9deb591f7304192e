import { describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import { parseModelFile, readModelYaml } from '../../src/registry/parse-model-file.ts';

const documented = `
model: credit-default
version: "3"
task: binary
owner: risk-ml
riskTier: high
onnx: credit-default.onnx
id: application_id
time: decided_at
label: defaulted
inputs:
  income:  { type: numeric, tensor: features, min: 0 }
  age:     { type: numeric, tensor: features, min: 18, max: 120, dtype: float32, missing: [-999] }
  purpose: { type: categorical }
outputs:
  probability: { type: numeric, role: score, class: 1, threshold: 0.5 }
  decision:    { type: categorical, role: label }
ignore: [year]
segments: [channel]
windows: { drift: 1d, performance: 1d, grace: 5m }
labels: { horizon: 90d, absent: "0", observedWhen: { decision: "1" } }
performance: { primary: roc_auc }
business: { falsePositive: -1, truePositive: 40, amount: loan_amount }
thresholds: { psi: { warning: 0.1, critical: 0.25 } }
alerts: { falsePerWeek: 0.1 }
minRows: 200
`;

const smallest = { model: 'm', version: '1', task: 'binary', inputs: { x: { type: 'numeric' } } };

function refusal(change: object): { message: string; paths: string[] } {
  try {
    parseModelFile({ ...smallest, ...change }, 'prumo.model.yaml');
  } catch (error) {
    if (!(error instanceof PrumoError)) throw error;
    expect(error.code).toBe('PRUMO_MODEL_FILE_INVALID');
    const issues = error.detail['issues'] as { path: string }[];
    return { message: error.message, paths: issues.map(({ path }) => path) };
  }
  throw new Error('accepted');
}

describe('the model file', () => {
  it('reads the documented example', () => {
    const file = parseModelFile(readModelYaml(documented));
    expect(file.inputs.map(({ name }) => name)).toEqual(['income', 'age', 'purpose']);
    expect(file.inputs[1]).toEqual({
      name: 'age',
      type: 'numeric',
      tensor: 'features',
      dtype: 'float32',
      min: 18,
      max: 120,
      missing: [-999],
    });
    expect(file.outputs[0]).toMatchObject({ name: 'probability', role: 'score', class: '1', threshold: 0.5 });
    expect(file.windows).toEqual({ driftMs: 86_400_000, performanceMs: 86_400_000, graceMs: 300_000 });
    expect(file.labels).toEqual({ horizonMs: 90 * 86_400_000, absent: '0', observedWhen: { decision: '1' } });
  });

  it('fills in what may be left out', () => {
    expect(parseModelFile(smallest)).toMatchObject({
      format: 1,
      outputs: [],
      segments: [],
      windows: { driftMs: 86_400_000, performanceMs: 86_400_000, graceMs: 300_000 },
      alerts: { falsePerWeek: 0.1 },
      minRows: 200,
      thresholds: {},
    });
  });

  it.each<[string, object, string, string]>([
    ['a misspelled key', { onxn: 'a.onnx' }, '', 'did you mean "onnx"?'],
    ['a misspelled key of a field', { inputs: { x: { type: 'numeric', tensr: 'f' } } }, 'inputs.x', '"tensor"'],
    ['a misspelled statistic', { thresholds: { pis: {} } }, 'thresholds', 'psi'],
    ['a bad name', { model: 'Credit Default' }, 'model', 'a-z, 0-9 and -'],
    ['a version that is a number', { version: 3 }, 'version', 'write it in quotes'],
    ['no version', { version: undefined }, 'version', 'is missing'],
    ['path parts in a version', { version: '../../etc' }, 'version', 'begins with a letter or digit'],
    ['no duration', { windows: { drift: '1 day' } }, 'windows.drift', '1d'],
    ['a window of half an hour', { windows: { drift: '30m' } }, 'windows.drift', 'whole number of hours'],
    ['a duration of nothing', { windows: { grace: '0m' } }, 'windows.grace', 'no duration'],
    ['an unknown task', { task: 'clustering' }, 'task', 'binary, multiclass, regression'],
    ['no field', { inputs: {} }, 'inputs', 'at least one field'],
    ['one name twice', { outputs: { x: { type: 'numeric' } } }, 'outputs.x', 'an input has the same name'],
    [
      'bounds the wrong way',
      { inputs: { x: { type: 'numeric', min: 2, max: 1 } } },
      'inputs.x.min',
      'greater than max',
    ],
    ['bounds of a category', { inputs: { x: { type: 'categorical', min: 2 } } }, 'inputs.x.min', 'numeric'],
    ['numbers of strings', { inputs: { x: { type: 'numeric', dtype: 'string' } } }, 'inputs.x.dtype', 'string'],
    ['a categorical score', { outputs: { p: { type: 'categorical', role: 'score' } } }, 'outputs.p.role', 'numeric'],
    ['a threshold of no score', { outputs: { p: { type: 'numeric', threshold: 1 } } }, 'outputs.p.threshold', 'score'],
    [
      'limits the wrong way',
      { thresholds: { psi: { warning: 1, critical: 0.5 } } },
      'thresholds.psi.warning',
      'greater',
    ],
    ['a metric of another task', { performance: { primary: 'rmse' } }, 'performance.primary', 'binary'],
    ['an ignored field', { ignore: ['x'] }, 'ignore.0', 'is a field'],
    ['a segment twice', { segments: ['a', 'a'] }, 'segments.1', 'twice'],
    ['a hostile segment', { segments: ["a'; DROP TABLE x"] }, 'segments.0', 'segment key'],
    ['labels seen by an unknown output', { labels: { observedWhen: { y: '1' } } }, 'labels.observedWhen.y', 'no such'],
    ['a newer format', { format: 2 }, 'format', 'format 1'],
    ['a control character', { inputs: { 'a\n\nb': { type: 'numeric' } } }, 'inputs.a\n\nb', 'control characters'],
  ])('refuses %s', (_, change, path, words) => {
    const { message, paths } = refusal(change);
    expect(paths).toContain(path);
    expect(message).toContain('prumo.model.yaml: ');
    expect(message).toContain(words);
  });

  it('refuses two element types in one tensor', () => {
    const field = (dtype: string) => ({ type: 'numeric', tensor: 'f', dtype });
    const { message } = refusal({ inputs: { a: field('float32'), b: field('float64') } });
    expect(message).toContain('inputs.b.dtype: tensor "f" has fields of dtype float32 and of float64');
  });

  it('says at once all that is wrong, up to a limit', () => {
    const inputs = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, { type: 'number' }]));
    const { message, paths } = refusal({ inputs });
    expect(paths).toHaveLength(50);
    expect(message).toContain('and 55 more');
  });
});

describe('the YAML of a model file', () => {
  it.each([
    ['no YAML', 'a: [1', 'model file'],
    ['a key twice', 'inputs: {}\ninputs: {}', 'unique'],
    ['columns out of order', 'inputs: { b: {}, 2: {}, 1: {} }', 'increasing order'],
    ['aliases that multiply', bomb(), 'alias'],
  ])('refuses %s', (_, text, words) => {
    expect(() => readModelYaml(text)).toThrow(expect.objectContaining({ code: 'PRUMO_MODEL_FILE_INVALID' }));
    expect(() => readModelYaml(text)).toThrow(new RegExp(words, 'i'));
  });

  it('keeps columns named 0, 1, 2', () => {
    const text = 'model: m\nversion: "1"\ntask: binary\ninputs:\n  0: {type: numeric}\n  1: {type: numeric}\n';
    expect(parseModelFile(readModelYaml(text)).inputs.map(({ name }) => name)).toEqual(['0', '1']);
  });
});

function bomb(): string {
  const lines = ['a0: &a0 [1,1,1,1,1,1,1,1,1,1]'];
  for (let i = 1; i < 8; i++)
    lines.push(
      `a${i}: &a${i} [${Array<string>(10)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
    );
  return lines.join('\n');
}
