/** Labels of one series. */
type Labels = Readonly<Record<string, string | number>>;

/** A number that only grows, per combination of labels. */
export interface Counter {
  /** Adds to a series. Default 1. */
  add(labels?: Labels, by?: number): void;
}

/** A number per combination of labels that goes up and down. */
export interface LabeledGauge {
  set(labels: Labels, value: number): void;
}

/** Most series of one family; further combinations of labels are added to one whose labels are all `other`. */
const MAX_SERIES = 500;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Value by text of the labels. */
  readonly read: () => Iterable<readonly [string, number]>;
}

/** Numbers about the collector itself, in the text format of Prometheus. The number of series is bounded. */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** @param name ends in `_total`. */
  counter(name: string, help: string): Counter {
    const series = new Map<string, number>();
    this.#add({ name, help, type: 'counter', read: () => series });
    return {
      add: (labels = {}, by = 1) => {
        const key = isFull(series, labels) ? labelsText(mapLabels(labels, () => 'other')) : labelsText(labels);
        series.set(key, (series.get(key) ?? 0) + by);
      },
    };
  }

  /** Further series than the most are left out: the values of several cannot stand in one. */
  labeledGauge(name: string, help: string): LabeledGauge {
    const series = new Map<string, number>();
    this.#add({ name, help, type: 'gauge', read: () => series });
    return {
      set: (labels, value) => {
        if (!isFull(series, labels)) series.set(labelsText(labels), value);
      },
    };
  }

  /** A number that is read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    this.#add({ name, help, type: 'gauge', read: () => [['', read()]] });
  }

  /** Text exposition format 0.0.4. */
  render(): string {
    const lines: string[] = [];
    for (const { name, help, type, read } of this.#families.values()) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of read()) lines.push(`${name}${labels} ${formatValue(value)}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #add(family: Family): void {
    if (this.#families.has(family.name)) throw new Error(`metric ${family.name} is there already`);
    this.#families.set(family.name, family);
  }
}

/** Whether there is no room for a series that is not there yet. */
function isFull(series: ReadonlyMap<string, number>, labels: Labels): boolean {
  return series.size >= MAX_SERIES && !series.has(labelsText(labels));
}

function mapLabels(labels: Labels, change: (value: string | number) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, change(value)]));
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatValue(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
