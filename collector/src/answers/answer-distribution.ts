import type { DistributionAnswer } from '../api/distribution.ts';
import type { DistributionQuery } from '../api/drift.ts';
import { profileCells, decisionCells, decisionBounds, type DecisionCells } from '../domain/drift/cells.ts';
import { mergeObserved } from '../domain/drift/merge-observed.ts';
import type { ObservedField } from '../domain/drift/observation.ts';
import type { ReferenceField } from '../domain/drift/reference.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import { findJudged, observeWindows } from '../jobs/observe-windows.ts';
import { DEFAULT_ENVIRONMENT } from './default-environment.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Cell = DistributionAnswer['cells'][number];

/**
 * Counts of one field over a period (default: 7 days to the end of this hour) beside its reference, in the cells that verdicts stand on.
 *
 * @throws PrumoError `PRUMO_BASELINE_MISSING` before the version has a baseline, `PRUMO_FIELD_UNKNOWN`.
 */
export async function answerDistribution(
  settings: JudgeSettings,
  model: string,
  fieldName: string,
  query: DistributionQuery,
): Promise<DistributionAnswer> {
  const judged = await findJudged(settings.registry, model, query.version);
  if (judged === undefined) {
    throw new PrumoError('PRUMO_BASELINE_MISSING', `model "${model}" has no baseline to show the field beside`);
  }
  const field = judged.reference.fields.find(({ name }) => name === fieldName);
  if (field === undefined) {
    throw new PrumoError('PRUMO_FIELD_UNKNOWN', `the baseline of model "${model}" has no field "${fieldName}"`);
  }
  const environment = query.environment ?? DEFAULT_ENVIRONMENT;
  const to = query.to ?? new Date(Math.ceil(settings.now() / HOUR_MS) * HOUR_MS);
  const from = query.from ?? new Date(to.getTime() - 7 * DAY_MS);
  const versions = await observeWindows(settings, {
    model,
    environment,
    field: field.name,
    from,
    to,
    windowMs: Math.max(1000, Math.ceil((to.getTime() - from.getTime()) / 1000) * 1000),
    ...(query.segment === undefined ? {} : { segment: query.segment }),
  });
  const own = versions.find(({ version }) => version === judged.version);
  const observed = own?.windows
    .flatMap(({ fields }) => fields.filter(({ name, role }) => name === field.name && role === field.role))
    .reduce<ObservedField | undefined>((sum, next) => (sum === undefined ? next : mergeObserved(sum, next)), undefined);
  return {
    model,
    version: judged.version.version,
    field: field.name,
    role: field.role,
    type: field.type,
    environment,
    from: from.toISOString(),
    to: to.toISOString(),
    rows: observed?.rows ?? 0,
    profiled: observed?.profiled ?? 0,
    reference: 'baseline',
    cells: toCells(field, observed),
  };
}

function toCells(field: ReferenceField, observed: ObservedField | undefined): Cell[] {
  const cells = observed === undefined ? emptyCells(field) : decisionCells(field, observed);
  const total = (counts: ArrayLike<number>) => Array.from(counts).reduce((sum, count) => sum + count, 0);
  const [rows, referenceRows] = [total(cells.observed), total(cells.reference)];
  const bounds = decisionBounds(field);
  return cells.keys.map((key, k) => ({
    ...nameCell(field, key, bounds),
    rows: cells.observed[k] ?? 0,
    share: rows > 0 ? (cells.observed[k] ?? 0) / rows : 0,
    referenceRows: cells.reference[k] ?? 0,
    referenceShare: referenceRows > 0 ? (cells.reference[k] ?? 0) / referenceRows : 0,
  }));
}

function nameCell(field: ReferenceField, key: string, bounds: readonly number[]): Pick<Cell, 'kind'> & Partial<Cell> {
  if (key === 'missing' || key === 'unseen') return { kind: key };
  if (field.layout.kind === 'categories')
    return { kind: 'category', category: field.layout.categories[Number(key)] ?? key };
  if (key === 'below') return { kind: 'bin', low: null, high: bounds[0] ?? null };
  if (key === 'above') return { kind: 'bin', low: bounds.at(-1) ?? null, high: null };
  return { kind: 'bin', low: bounds[Number(key)] ?? null, high: bounds[Number(key) + 1] ?? null };
}

function emptyCells(field: ReferenceField): DecisionCells {
  const reference = profileCells(field, field.profile);
  const nothing = { counts: new Float64Array(), unseen: new Map<string, number>() };
  const observed: ObservedField = {
    ...nothing,
    name: field.name,
    role: field.role,
    rows: 0,
    profiled: 0,
    missing: 0,
    invalid: 0,
    sum: 0,
    nEff: 0,
    unmapped: 0,
  };
  return { keys: decisionCells(field, observed).keys, reference, observed: reference.map(() => 0) };
}
