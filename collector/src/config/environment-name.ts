/** Variable of a key of the configuration: `spool.maxBytes` is `PRUMO_SPOOL_MAX_BYTES`. */
export function environmentName(path: readonly string[]): string {
  const words = path.map((key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return ['PRUMO', ...words].join('_');
}
