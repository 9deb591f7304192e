import type { RegistryState } from './state.ts';

/** What telemetry says of the version that it comes from. Empty or absent: nothing. */
export interface ReportedVersion {
  readonly model: string;
  readonly sha256?: string | undefined;
  readonly version?: string | undefined;
}

/** The version under which telemetry is shown. */
export interface ResolvedVersion {
  readonly version: string;
  /** false: what ran is not in the registry; `version` is then what was reported, else the hash, shortened. */
  readonly registered: boolean;
}

/**
 * The version that a report means. The hash of the ONNX file wins over the reported name: a known hash names its version, an
 * unknown one is unregistered. Where several versions have the hash, the reported one of them, else the newest.
 */
export function resolveVersion(state: RegistryState, reported: ReportedVersion): ResolvedVersion {
  const { sha256 = '', version = '' } = reported;
  const versions = [...(state.get(reported.model)?.versions.values() ?? [])];
  const matching = versions.filter((known) =>
    sha256 === '' ? known.version === version : known.onnxSha256 === sha256,
  );
  const match = matching.find((known) => known.version === version) ?? matching.at(-1);
  if (match !== undefined) return { version: match.version, registered: true };
  return { version: version === '' ? sha256.slice(0, 12) : version, registered: false };
}
