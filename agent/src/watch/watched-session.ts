import type { InferenceSession } from 'onnxruntime-node';
import { DropCounter } from '../export/drop-counter.ts';
import { readIds } from './row-ids.ts';
import { NO_SEGMENT, readSegment, type Segment } from './segment.ts';
import type { RowsContext, SessionRecorder } from './session-recorder.ts';

/** What the rows of one run belong to. */
export interface RunContext {
  /**
   * Identities of the rows, one per row in their order, by which labels find them: 1 to 256 characters; numbers are taken as
   * text. Rows with an id are sent to the collector, a row whose id is undefined or empty is not.
   */
  readonly ids?: readonly (string | number | bigint | null | undefined)[] | undefined;
  /** Segment keys and values, the same for all rows of the run: `{ channel: 'app' }`. */
  readonly segment?: Readonly<Record<string, string>> | undefined;
}

/** Runs a session for the rows of one context. */
export interface ContextRun {
  readonly run: InferenceSession['run'];
}

/** A session that is watched: it is used as the session itself. */
export interface WatchedSession extends InferenceSession {
  /** The same session for rows of one segment, or with ids. Cheap enough for one call. */
  with(context: RunContext): ContextRun;
}

type Run = InferenceSession['run'];
type RunArguments = Parameters<Run>;

/**
 * A session that does what the given one does, and tells the recorder. Its prototype is the session, so that
 * `instanceof` and whatever a later onnxruntime adds hold; what is known today is delegated, as it may need its own `this`.
 *
 * @param recorder undefined: nothing is recorded.
 */
export function wrapSession(session: InferenceSession, recorder: SessionRecorder | undefined): WatchedSession {
  const inputNames = recorder === undefined ? [] : [...session.inputNames];
  const runIn = (context: RowsContext): Run =>
    recorder === undefined ? session.run.bind(session) : recordedRun(session, recorder, inputNames, context);
  return Object.create(session, {
    run: method(runIn({ segment: NO_SEGMENT, ids: undefined })),
    with: method((context: RunContext): ContextRun => ({
      run: runIn({ segment: segmentOf(context, recorder), ids: idsOf(context, recorder) }),
    })),
    release: method(() => session.release()),
    startProfiling: method(() => session.startProfiling()),
    endProfiling: method(() => session.endProfiling()),
    inputNames: getter(() => session.inputNames),
    outputNames: getter(() => session.outputNames),
    inputMetadata: getter(() => session.inputMetadata),
    outputMetadata: getter(() => session.outputMetadata),
  }) as WatchedSession;
}

function recordedRun(
  session: InferenceSession,
  recorder: SessionRecorder,
  inputNames: readonly string[],
  context: RowsContext,
): Run {
  return async (...args: [RunArguments[0], ...unknown[]]) => {
    const startedMs = performance.now();
    let outputs: InferenceSession.ReturnType;
    try {
      outputs = await session.run(...(args as RunArguments));
    } catch (error) {
      recorder.recordError(context.segment);
      throw error;
    }
    recorder.record(inputNames, args[0], outputs, context, startedMs);
    return outputs;
  };
}

function segmentOf(context: RunContext, recorder: SessionRecorder | undefined): Segment {
  const dropped = recorder?.dropped ?? new DropCounter();
  try {
    return readSegment((context as RunContext | null | undefined)?.segment, dropped);
  } catch {
    dropped.add('segment_invalid');
    return NO_SEGMENT;
  }
}

function idsOf(context: RunContext, recorder: SessionRecorder | undefined): RowsContext['ids'] {
  if (recorder?.keepsRows !== true) return undefined;
  try {
    return readIds((context as RunContext | null | undefined)?.ids);
  } catch {
    recorder.dropped.add('id_invalid');
    return undefined;
  }
}

function method(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true };
}

function getter(get: () => unknown): PropertyDescriptor {
  return { get, configurable: true };
}
