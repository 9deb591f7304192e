import type { Reference } from '../drift/reference.ts';
import type { CalibrationMap, Estimator, PerformanceReference } from '../performance/performance-reference.ts';

/** What does not fit between what a reference says of performance and its own fields; empty if all fits. */
export function findPerformanceProblems(reference: Reference): string[] {
  const { performance } = reference;
  if (performance === undefined) return [];
  const problems = findDelayProblems(performance);
  const estimators = [
    { where: 'performance', estimator: performance.estimator },
    ...performance.segments.map(({ key, value, estimator }) => ({ where: `segment ${key}=${value}`, estimator })),
  ];
  for (const { where, estimator } of estimators) {
    if (estimator === undefined) continue;
    if (reference.kind === 'training') problems.push(`${where}: training rows cannot have an estimator`);
    if (estimator.task !== performance.task) problems.push(`${where}: the estimator is of a ${estimator.task} model`);
    problems.push(...findEstimatorProblems(reference, estimator).map((problem) => `${where}: ${problem}`));
  }
  return problems;
}

function findDelayProblems({ delaysMs = [] }: PerformanceReference): string[] {
  const falls = delaysMs.some((delayMs, i) => i > 0 && delayMs < delaysMs[i - 1]!);
  return falls ? ['performance: delaysMs are quantiles and cannot fall'] : [];
}

function findEstimatorProblems(reference: Reference, estimator: Estimator): string[] {
  switch (estimator.task) {
    case 'binary':
      return [
        ...findBoundProblems(reference, estimator.field, estimator.map.bounds),
        ...findMapProblems(estimator.field, estimator.map),
      ];
    case 'multiclass':
      return estimator.classes.flatMap(({ field, map, whenPredicted = map }) => [
        ...findBoundProblems(reference, field, map.bounds),
        ...findMapProblems(field, map),
        ...findMapProblems(field, { ...whenPredicted, bounds: map.bounds }),
        ...(areEqual(map.bounds, whenPredicted.bounds) ? [] : [`"${field}": whenPredicted has other bounds than map`]),
      ]);
    case 'regression': {
      const { field, loss } = estimator;
      const cells = loss.bounds.length + 1;
      const length =
        loss.cells.length === cells ? [] : [`"${field}" has ${loss.cells.length} cells; ${cells} are needed`];
      return [...findBoundProblems(reference, field, loss.bounds), ...length];
    }
  }
}

/** Estimates stand on counts in the layout: every bound must be one of its own. */
function findBoundProblems({ fields }: Reference, name: string, bounds: readonly number[]): string[] {
  const field = fields.find((candidate) => candidate.name === name && candidate.role === 'output');
  if (field?.layout.kind !== 'edges') return [`"${name}" is no numeric output of the baseline`];
  const known = new Set(field.layout.bounds);
  const stray = bounds.find((bound) => !known.has(bound));
  if (stray !== undefined) return [`"${name}": ${stray} is no bound of the layout`];
  const falls = bounds.some((bound, i) => i > 0 && bound <= bounds[i - 1]!);
  return falls ? [`"${name}": bounds do not increase`] : [];
}

function findMapProblems(name: string, { bounds, probabilities, meanScores, rows }: CalibrationMap): string[] {
  const cells = bounds.length + 1;
  const bad = Object.entries({ probabilities, meanScores, rows }).filter(([, list]) => list.length !== cells);
  return bad.map(([key, list]) => `"${name}" has ${list.length} ${key}; ${cells} are needed`);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}
