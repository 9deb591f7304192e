import { expect, it } from 'vitest';
import { metricFits, PERFORMANCE_METRICS } from '../../src/api/performance-metric.ts';
import { METRICS_OF, type Task } from '../../src/domain/performance/metric.ts';

it.each(Object.entries(METRICS_OF) as [Task, readonly string[]][])(
  'a %s model may name the metrics that are measured of it, and no others',
  (task, measured) => {
    const named = PERFORMANCE_METRICS.filter((metric) => metricFits(metric, task));
    expect(named.toSorted()).toEqual(measured.toSorted());
  },
);
