import type { Agent } from './agent.ts';
import { type AgentOptions, readConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { LiveAgent } from './live-agent.ts';
import { wrapSession } from './watch/watched-session.ts';

/**
 * Makes an agent. With `PRUMO_DISABLED=true` in the environment it does nothing, whatever the options.
 *
 * @throws TypeError for an option that is not allowed: the one time that the agent throws.
 */
export function createAgent(options: AgentOptions): Agent {
  const environment = readEnvironment();
  return environment.disabled ? idleAgent : new LiveAgent(readConfig(options, environment));
}

const idleAgent: Agent = {
  watch: (session) => wrapSession(session, undefined),
  flush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  ready: () => Promise.resolve(true),
  stats: () => ({
    enabled: false,
    rows: 0,
    sentPoints: 0,
    queuedBatches: 0,
    queuedBytes: 0,
    sentPredictions: 0,
    queuedPredictions: 0,
    queuedPredictionBytes: 0,
    dropped: {},
  }),
};
