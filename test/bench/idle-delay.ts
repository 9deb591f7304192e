import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Prints the p99 of the event-loop delay, in nanoseconds, of a process that does nothing: what the machine itself adds. Usage: `node idle-delay.ts SECONDS RESOLUTION_MS`. */
const [seconds, resolution] = process.argv.slice(2).map(Number);
const delay = monitorEventLoopDelay({ resolution: resolution ?? 10 });
delay.enable();
setTimeout(
  () => {
    delay.disable();
    console.log(delay.percentile(99));
  },
  (seconds ?? 10) * 1000,
);
