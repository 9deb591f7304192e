import type { ModelFile } from '../api/model-file.ts';
import { DEFAULT_PRIMARY } from '../domain/performance/metric.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import type { BusinessValues } from '../domain/performance/realized/measured.ts';
import type { PerformanceSettings } from '../domain/performance/windows/performance-settings.ts';

/** How the performance of a version is judged, as its model file says. */
export function performanceSettingsOf(modelFile: ModelFile): PerformanceSettings {
  const { task, outputs, performance, business, minRows } = modelFile;
  const { threshold } = predictionOutputsOf(task, outputs);
  const values = business === undefined ? undefined : definedValues(business);
  return {
    primary: performance?.primary ?? DEFAULT_PRIMARY[task],
    minRows,
    measure: {
      ...(threshold === undefined ? {} : { threshold }),
      ...(performance?.topShare === undefined ? {} : { topShare: performance.topShare }),
      ...(values === undefined ? {} : { business: values }),
    },
  };
}

function definedValues(business: NonNullable<ModelFile['business']>): BusinessValues {
  const names = ['truePositive', 'falsePositive', 'trueNegative', 'falseNegative'] as const;
  return Object.fromEntries(names.flatMap((name) => (business[name] === undefined ? [] : [[name, business[name]]])));
}
