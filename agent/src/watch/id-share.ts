const FNV_PRIME = 0x01000193;
/** FNV's own start for one decision, another for the second, so that they do not depend on each other. */
const SEEDS = { row: 0x811c9dc5, inputs: 0x2545f491 } as const;

/**
 * A number from 0 to just below 1 that depends on the id alone: a row is kept where it is below the share. Every version,
 * process and day decides alike, so that the rows of shadow and champion stay paired.
 *
 * FNV-1a (Fowler, Noll, Vo) of 32 bits over the UTF-16 code units, then the finalizer of MurmurHash3 (Appleby), as FNV alone
 * mixes its upper bits too little.
 */
export function shareOfId(id: string, decision: keyof typeof SEEDS): number {
  let hash: number = SEEDS[decision];
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
