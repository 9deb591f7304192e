import type { HealthAnswer } from '../api/health.ts';
import type { ModelAnswer } from '../api/registration.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { CollectorClient } from './collector-client.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly check: 'runtime' | 'collector' | 'store' | 'spool' | 'labels' | 'models' | 'baseline' | 'version' | 'health';
  readonly level: 'ok' | 'warning' | 'problem';
  readonly what: string;
  /** What to do; absent where all is well. */
  readonly remedy?: string;
}

/** Looks at a collector. Without one that answers, that is the only finding besides the runtime. */
export async function diagnose(client: CollectorClient): Promise<Finding[]> {
  try {
    await client.download('/healthz');
  } catch (error) {
    if (!(error instanceof PrumoError)) throw error;
    const remedy = 'Start it with `prumo serve`, or give its --url.';
    return [{ check: 'collector', level: 'problem', what: error.message, remedy }, runtimeFinding()];
  }
  const metrics = parseMetrics(new TextDecoder().decode(await client.download('/metrics')));
  const models = await client.request<ModelAnswer[]>('GET', '/v1/models');
  const health = await client.request<HealthAnswer[]>('GET', '/v1/health');
  return [
    { check: 'collector', level: 'ok', what: `the collector at ${client.url} answers${uptimeText(metrics)}` },
    runtimeFinding(),
    await storeFinding(client),
    ...spoolFindings(metrics),
    ...labelFindings(metrics),
    ...modelFindings(models),
    ...health.flatMap((line) => healthFindings(line, models)),
  ];
}

function runtimeFinding(): Finding {
  const what = `this command runs on Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return { check: 'runtime', level: 'ok', what };
  return { check: 'runtime', level: 'problem', what, remedy: 'Install Node 22.15 or newer.' };
}

async function storeFinding(client: CollectorClient): Promise<Finding> {
  try {
    await client.download('/readyz');
    return { check: 'store', level: 'ok', what: 'the store answers' };
  } catch (error) {
    const what = `the store does not answer: ${error instanceof Error ? error.message : String(error)}`;
    return {
      check: 'store',
      level: 'problem',
      what,
      remedy: 'Read the log of the collector; check disk and ClickHouse.',
    };
  }
}

function spoolFindings(metrics: ReadonlyMap<string, number>): Finding[] {
  const waiting = metrics.get('prumo_spool_bytes') ?? 0;
  const setAside = metrics.get('prumo_segments_set_aside') ?? 0;
  const failures = metrics.get('prumo_segments_failures') ?? 0;
  const findings: Finding[] = [
    { check: 'spool', level: 'ok', what: `${waiting.toLocaleString('en-US')} bytes wait for the store` },
  ];
  if (failures > 0) {
    const what = `${failures} attempts to store a segment failed since the start`;
    findings.push({ check: 'spool', level: 'warning', what, remedy: 'Read the log of the collector.' });
  }
  if (setAside > 0) {
    const what = `${setAside} segments were set aside: the store refuses them`;
    findings.push({ check: 'spool', level: 'problem', what, remedy: 'Look into the dead-letter folder under --data.' });
  }
  return findings;
}

function labelFindings(metrics: ReadonlyMap<string, number>): Finding[] {
  const unmatched = metrics.get('prumo_labels_unmatched') ?? 0;
  if (unmatched === 0) return [];
  const what = `${unmatched.toLocaleString('en-US')} labels wait for a prediction of their id`;
  const remedy =
    'They are kept. Check that services give rows the ids that labels come with, and the model of the labels.';
  return [{ check: 'labels', level: 'warning', what, remedy }];
}

function modelFindings(models: readonly ModelAnswer[]): Finding[] {
  if (models.length === 0) {
    const remedy = 'Register one: prumo model register prumo.model.yaml';
    return [{ check: 'models', level: 'warning', what: 'no model is registered', remedy }];
  }
  const findings: Finding[] = [{ check: 'models', level: 'ok', what: `${models.length} models are registered` }];
  for (const { model, versions } of models) {
    const newest = versions.at(-1);
    if (newest === undefined) continue;
    const name = `${model} ${newest.version}`;
    if (newest.baseline === null) {
      const remedy = `prumo baseline --model ${model} --version ${newest.version} REFERENCE.csv`;
      findings.push({
        check: 'baseline',
        level: 'warning',
        what: `${name} has no baseline: it cannot be judged`,
        remedy,
      });
    }
    if (!newest.complete) {
      const remedy = 'prumo model register prumo.model.yaml --onnx FILE';
      findings.push({ check: 'version', level: 'warning', what: `${name}: its ONNX file was never uploaded`, remedy });
    }
  }
  return findings;
}

function healthFindings(line: HealthAnswer, models: readonly ModelAnswer[]): Finding[] {
  const { model, version, environment, verdict, reasons, openIncidents } = line;
  const findings: Finding[] = [];
  const registered = models.find((known) => known.model === model);
  if (version !== null && registered?.versions.every((known) => known.version !== version) !== false) {
    const what = `${model}: version ${version} runs in ${environment} and is not registered`;
    findings.push({
      check: 'version',
      level: 'problem',
      what,
      remedy: 'Register it: prumo model register prumo.model.yaml --onnx FILE',
    });
  }
  if (verdict === 'ok') return findings;
  const incidents = openIncidents > 0 ? `, ${openIncidents} open incidents` : '';
  const what = `${model} in ${environment} is ${verdict}${incidents}: ${reasons.join('; ')}`;
  findings.push({ check: 'health', level: 'warning', what, remedy: `prumo drift --model ${model}` });
  return findings;
}

function uptimeText(metrics: ReadonlyMap<string, number>): string {
  const seconds = metrics.get('process_uptime_seconds');
  const memory = metrics.get('process_resident_memory_bytes');
  if (seconds === undefined || memory === undefined) return '';
  return `, up for ${Math.round(seconds)} s, ${Math.round(memory / 2 ** 20)} MB in memory`;
}

/** Series without labels of the Prometheus text format. */
function parseMetrics(text: string): Map<string, number> {
  const metrics = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+) (\S+)$/.exec(line);
    if (match !== null) metrics.set(match[1] ?? '', Number(match[2]));
  }
  return metrics;
}
