/** A model in an environment. */
export interface ModelScope {
  readonly model: string;
  readonly environment: string;
}

/** A half-open interval of event time, `[from, to)`, exact to the millisecond. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}
