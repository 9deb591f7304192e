/** What the environment says about the agent. Nothing else of the agent reads it. */
export interface AgentEnvironment {
  /** Kill switch: `PRUMO_DISABLED=true`. */
  readonly disabled: boolean;
  /** `OTEL_SERVICE_NAME`, where set. */
  readonly serviceName: string | undefined;
  /** Names of the headers in `OTEL_EXPORTER_OTLP_HEADERS`: meant for another receiver, often secret. */
  readonly foreignHeaders: readonly string[];
}

/** Reads `PRUMO_DISABLED` (`true` or `1`), `OTEL_SERVICE_NAME`, and names (no values) of `OTEL_EXPORTER_OTLP_*HEADERS`. */
export function readEnvironment(): AgentEnvironment {
  const disabled = process.env.PRUMO_DISABLED?.trim().toLowerCase();
  return {
    disabled: disabled === 'true' || disabled === '1',
    serviceName: process.env.OTEL_SERVICE_NAME?.trim() || undefined,
    foreignHeaders: [
      ...headerNames(process.env.OTEL_EXPORTER_OTLP_HEADERS),
      ...headerNames(process.env.OTEL_EXPORTER_OTLP_METRICS_HEADERS),
    ],
  };
}

function headerNames(list = ''): string[] {
  return list
    .split(',')
    .map((pair) => pair.split('=', 1)[0]!.trim())
    .filter((name) => name !== '');
}
