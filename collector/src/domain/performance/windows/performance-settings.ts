import type { MetricName } from '../metric.ts';
import type { MeasureSettings } from '../realized/measured.ts';

/** How a model's performance is judged, as its model file says. */
export interface PerformanceSettings {
  /** The metric whose verdict is the row's. */
  readonly primary: MetricName;
  readonly measure: Omit<MeasureSettings, 'seed'>;
  /** Rows that an estimate needs. */
  readonly minRows: number;
}
