import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import type { IncidentAnswer } from '../../collector/src/api/incident.ts';
import { createRandom, type Random } from '../../collector/src/demo/random.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const ONNX = path.join(import.meta.dirname, 'known-weights/known-weights.onnx');
const WINDOWS = 3;
const ROWS = 1500;

/** `known-weights/make_model.py` says what the model does with them. */
interface Contract {
  salary: number;
  hours: number;
  rate: number;
  usage: number;
  noise: number;
  plan: string;
}

const MODEL_FILE = `
model: known-weights
version: "1"
task: regression
inputs:
  salary: { type: numeric, tensor: features }
  hours: { type: numeric, tensor: features }
  rate: { type: numeric, tensor: features }
  usage: { type: numeric, tensor: features }
  noise: { type: numeric, tensor: features }
  plan: { type: categorical }
outputs:
  price: { type: numeric, role: value }
windows: { drift: 1h }
`;

function drawContract(random: Random): Contract {
  return {
    salary: 3000 + 600 * random.normal(),
    hours: random.chance(0.02) ? NaN : 40 + 5 * random.normal(),
    rate: 2 + 0.7 * random.normal(),
    usage: 50 + 10 * random.normal(),
    noise: random.normal(),
    plan: random.chance(0.5) ? 'basic' : random.chance(0.6) ? 'plus' : 'gold',
  };
}

/** What can go wrong with a field, and the field of weight 0, which drifts more than all others. */
const FAULTS: readonly ((contract: Contract, random: Random) => void)[] = [
  (contract) => (contract.salary *= 100),
  (contract, random) => (contract.hours = random.chance(0.6) ? NaN : contract.hours),
  (contract) => (contract.rate = 2.9),
  (contract, random) => (contract.plan = random.chance(0.3) ? 'platinum' : contract.plan),
  (contract) => (contract.noise = 1e6 + 1e5 * contract.noise),
];
const USAGE_SHIFT = 6;

function toCsv(rows: number, change: (contract: Contract, random: Random) => void): string {
  const random = createRandom(rows, 'known-weights');
  const lines = Array.from({ length: rows }, () => {
    const contract = drawContract(random);
    change(contract, random);
    return Object.values(contract)
      .map((value) => (Number.isNaN(value) ? '' : String(value)))
      .join(',');
  });
  return ['salary,hours,rate,usage,noise,plan', ...lines].join('\n');
}

describe('impact on a model whose weights are known', () => {
  const scratch = makeScratchFolder();
  let collector: ServedCollector;
  let drift: DriftRow[];

  beforeAll(async () => {
    collector = await startServe(path.join(scratch.folder, 'data'));
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(scratch.folder, name), text);
      return path.join(scratch.folder, name);
    };
    const which = ['--model', 'known-weights', '--version', '1'];
    await collector.ask('model', 'register', await write('prumo.model.yaml', MODEL_FILE), '--onnx', ONNX);
    const reference = await write(
      'reference.csv',
      toCsv(4000, () => undefined),
    );
    await collector.ask('baseline', ...which, '--onnx', ONNX, reference);
    const faulty = await write(
      'faulty.csv',
      toCsv(WINDOWS * ROWS, (contract, random) => {
        contract.usage += USAGE_SHIFT;
        for (const fault of FAULTS) fault(contract, random);
      }),
    );
    const inRuns = ['--window', '1h', '--rows-per-window', String(ROWS), '--wait'];
    await collector.ask('backfill', ...which, '--onnx', ONNX, faulty, '--start', '2024-04-01T00:00:00Z', ...inRuns);
    drift = await collector.ask('drift', '--model', 'known-weights');
  }, 120_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  /** Verdicts of the inputs in one window, by impact. */
  function rankWindow(window: string): DriftRow[] {
    return drift
      .filter((row) => row.window.start === window && row.role === 'input')
      .toSorted((a, b) => (b.impact.movement ?? NaN) - (a.impact.movement ?? NaN));
  }

  it('is measured by asking the model, for every input', () => {
    const inputs = drift.filter(({ role }) => role === 'input');
    expect(inputs).toHaveLength(WINDOWS * 6);
    expect(inputs.filter(({ impact }) => impact.method !== 'response')).toEqual([]);
  });

  it('ranks the field of weight 0 last in every window, though it drifts the most', () => {
    for (const window of new Set(drift.map(({ window: { start } }) => start))) {
      const ranked = rankWindow(window);
      expect(ranked.map(({ field }) => field).at(-1)).toBe('noise');
      const noise = ranked.at(-1);
      expect(noise?.impact.movement).toBeCloseTo(0, 5);
      expect(noise?.impact.shift).toBeCloseTo(0, 5);
      expect(noise?.verdict).toBe('critical');
      const values = ranked.map(({ decision }) => decision.value ?? NaN);
      expect(noise?.decision.value).toBeGreaterThanOrEqual(0.8 * Math.max(...values));
    }
  });

  it.each([
    ['a unit change', 'salary'],
    ['a missing feature', 'hours'],
    ['a frozen feature', 'rate'],
    ['a new category', 'plan'],
  ])('ranks %s above it', (_fault, field) => {
    const rows = drift.filter((row) => row.field === field);
    expect(rows).toHaveLength(WINDOWS);
    for (const row of rows) {
      expect(row.verdict).toBe('critical');
      expect(row.impact.movement).toBeGreaterThan(0.2);
    }
  });

  it('says how far predictions moved: the weight times the shift of the field', () => {
    const weight = 0.2;
    for (const { impact } of drift.filter(({ field }) => field === 'usage')) {
      expect(impact.shift).toBeGreaterThan(0.75 * weight * USAGE_SHIFT);
      expect(impact.shift).toBeLessThan(1.25 * weight * USAGE_SHIFT);
    }
    // 30 % of the rows pay 4 instead of what their plan costs in the mean.
    const meanSurcharge = 0.5 * -1 + 0.3 * 0.5 + 0.2 * 2;
    for (const { impact } of drift.filter(({ field }) => field === 'plan')) {
      expect(impact.shift).toBeGreaterThan(0.9 * 0.3 * (4 - meanSurcharge));
      expect(impact.shift).toBeLessThan(1.1 * 0.3 * (4 - meanSurcharge));
    }
  });

  it('ranks the members of the incident in the same way', async () => {
    const incidents = await collector.ask<IncidentAnswer[]>('incident', 'list', '--model', 'known-weights');
    expect(incidents).toHaveLength(1);
    const members = incidents[0]!.members.filter(({ field }) => field !== 'price').map(({ field }) => field);
    expect(members.toSorted()).toEqual(['hours', 'noise', 'plan', 'rate', 'salary', 'usage']);
    expect(members.at(-1)).toBe('noise');
  });
});
