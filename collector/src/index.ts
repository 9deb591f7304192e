export { startCollector, type Collector, type CollectorSettings } from './collector.ts';
export { loadConfig } from './config/load.ts';
