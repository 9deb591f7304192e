/** Most reasons that a message names. */
const MOST_REASONS = 5;
/** Most reasons that are told apart; the metric names in them come from outside. */
const MOST_KEPT = 100;

/** Counts why points were refused, by reason. */
export class Refusals {
  /** Points refused. */
  count = 0;
  private readonly reasons = new Map<string, { count: number; readonly metric: string }>();

  /** A point of a metric was refused. */
  add(reason: string, metric: string): void {
    this.count++;
    const known = this.reasons.get(reason);
    if (known !== undefined) known.count++;
    else if (this.reasons.size < MOST_KEPT) this.reasons.set(reason, { count: 1, metric });
  }

  /** `3 points refused: 2 x the metric is not known ("a.b"); 1 x ...`, most frequent first; empty when there are none. */
  message(): string {
    if (this.count === 0) return '';
    const sorted = [...this.reasons].sort(([, a], [, b]) => b.count - a.count);
    const named = sorted.slice(0, MOST_REASONS).map(([reason, { count, metric }]) => {
      return `${count} x ${reason} (${JSON.stringify(metric.slice(0, 80))})`;
    });
    const rest = sorted.length > MOST_REASONS ? '; and other reasons' : '';
    return `${this.count} ${this.count === 1 ? 'point' : 'points'} refused: ${named.join('; ')}${rest}.`;
  }
}
