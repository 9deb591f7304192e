export type { Agent, AgentStats } from './agent.ts';
export { createAgent } from './create-agent.ts';
export { shareOfId } from './watch/id-share.ts';
export type { WatchOptions } from './watch/watch-options.ts';
export type { AgentOptions } from './config.ts';
export type { PredictionOptions } from './prediction-options.ts';
export type { DropReason } from './export/drop-counter.ts';
export type { LogLevel, LogListener } from './log.ts';
export type { ContextRun, RunContext, WatchedSession } from './watch/watched-session.ts';
