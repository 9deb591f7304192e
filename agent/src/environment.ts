/** What the environment says about the agent. Nothing else of the agent reads it. */
export interface AgentEnvironment {
  /** Kill switch: `PRUMO_DISABLED=true`. */
  readonly disabled: boolean;
  /** `OTEL_SERVICE_NAME`, where set. */
  readonly serviceName: string | undefined;
}

/** Reads the variables `PRUMO_DISABLED` (`true` or `1`) and `OTEL_SERVICE_NAME`. */
export function readEnvironment(): AgentEnvironment {
  const disabled = process.env.PRUMO_DISABLED?.trim().toLowerCase();
  return {
    disabled: disabled === 'true' || disabled === '1',
    serviceName: process.env.OTEL_SERVICE_NAME?.trim() || undefined,
  };
}
