/** Whether trying again, unchanged, can succeed. */
export type ErrorKind = 'permanent' | 'retryable';

/** What one error code means. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** Status of the HTTP answer that carries it. */
  readonly httpStatus: number;
  /** One line: what happened. */
  readonly meaning: string;
  /** One line: what to do. */
  readonly remedy: string;
}

const permanent = (httpStatus: number, meaning: string, remedy: string): ErrorEntry => {
  return { kind: 'permanent', httpStatus, meaning, remedy };
};

const retryable = (httpStatus: number, meaning: string, remedy: string): ErrorEntry => {
  return { kind: 'retryable', httpStatus, meaning, remedy };
};

/** Every error code of Prumo. docs/reference/errors.md is written from it. */
export const ERROR_CODES = {
  // Requests
  PRUMO_INPUT_INVALID: permanent(400, 'A request does not fit its schema.', 'Correct the named fields.'),
  PRUMO_JSON_MALFORMED: permanent(400, 'A body is not JSON.', 'Send valid JSON.'),
  PRUMO_ROUTE_UNKNOWN: permanent(404, 'There is no such path or method.', 'See the list of paths at /docs.'),
  PRUMO_BODY_TOO_LARGE: permanent(
    413,
    'A body is larger than the limit, as sent or after decompression.',
    'Send smaller bodies, or raise limits.maxBodyBytes or limits.maxDecompressedBytes.',
  ),
  PRUMO_CONTENT_TYPE_UNKNOWN: permanent(415, 'A content type is not accepted here.', 'Use one of the named types.'),
  PRUMO_CONTENT_ENCODING_UNKNOWN: permanent(
    415,
    'A content encoding is not accepted, or the bytes do not follow it.',
    'Send the body plain, or with valid gzip.',
  ),
  PRUMO_NOT_READY: retryable(503, 'The collector is starting or stopping.', 'Try again in a moment.'),

  // Telemetry in
  PRUMO_PROTOBUF_MALFORMED: permanent(
    400,
    'Bytes are not the protobuf message that they should be.',
    'Fix the sender.',
  ),
  PRUMO_OTLP_MALFORMED: permanent(400, 'An OTLP request has the wrong shape.', 'Fix the sender.'),
  PRUMO_ARROW_MALFORMED: permanent(
    400,
    'Bytes are not an Arrow stream, or one that holds something that is not read.',
    'Fix the sender; write plain columns, without compression.',
  ),
  PRUMO_LIMIT_EXCEEDED: permanent(
    400,
    'A request holds more series, points, rows, segments or nesting than a limit allows.',
    'Send fewer at a time, or raise the named limit.',
  ),
  PRUMO_INGEST_FAILED: retryable(
    503,
    'Telemetry could not be taken, for a reason that has no code of its own.',
    'Keep the data and send it again later; read the log.',
  ),
  PRUMO_SPOOL_FULL: retryable(
    429,
    'The spool has reached its size: the store takes data more slowly than it comes.',
    'Keep the data and send it again later; raise spool.maxBytes if it happens often.',
  ),
  PRUMO_SPOOL_FAILED: retryable(503, 'The spool could not be written.', 'Check the disk under the data folder.'),
  PRUMO_SPOOL_CORRUPT: permanent(500, 'A spool segment cannot be read.', 'It was set aside; look at the named file.'),

  // Store
  PRUMO_STORE_UNREACHABLE: retryable(503, 'The store does not answer.', 'Check that ClickHouse runs and is reachable.'),
  PRUMO_STORE_FAILED: retryable(503, 'The store refused a statement.', 'Read the cause; try again.'),
  PRUMO_STORE_REFUSED: permanent(
    500,
    'The store cannot take this data or statement, now or later.',
    'Read the cause; data that was refused is kept in the dead-letter folder.',
  ),
  PRUMO_STORE_TIMEOUT: retryable(503, 'A query ran longer than it may.', 'Ask for a shorter period.'),
  PRUMO_STORE_LOCKED: permanent(
    503,
    'Another process uses this data folder.',
    'Stop the other collector, or give each one its own --data.',
  ),
  PRUMO_STORE_NEWER: permanent(
    500,
    'The stored data was written by a newer Prumo.',
    'Install at least that version; data is never migrated backward.',
  ),
  PRUMO_MIGRATION_CHANGED: permanent(
    500,
    'A migration that was already applied has another checksum now.',
    'Restore the released migration file.',
  ),

  // Registry
  PRUMO_MODEL_FILE_INVALID: permanent(400, 'A model file does not fit its schema.', 'Correct the named keys.'),
  PRUMO_MODEL_UNKNOWN: permanent(404, 'No such model is registered.', 'Run `prumo model list`, or register it.'),
  PRUMO_VERSION_UNKNOWN: permanent(404, 'No such version of the model is registered.', 'Run `prumo model show MODEL`.'),
  PRUMO_VERSION_IMMUTABLE: permanent(
    409,
    'This version is registered with another content; versions never change.',
    'Register the new content under a new version.',
  ),
  PRUMO_FIELD_UNKNOWN: permanent(404, 'The model has no such field.', 'Use a field of the model file.'),
  PRUMO_BASELINE_MISSING: permanent(404, 'The version has no baseline.', 'Run `prumo baseline`.'),
  PRUMO_BASELINE_INVALID: permanent(400, 'A baseline does not fit the version.', 'Make it anew with `prumo baseline`.'),
  PRUMO_ONNX_MALFORMED: permanent(400, 'Bytes are not a complete ONNX model.', 'Give the file as it was exported.'),
  PRUMO_ONNX_UNSUPPORTED: permanent(400, 'An ONNX model uses something that Prumo does not read.', 'See the message.'),
  PRUMO_ONNX_MISMATCH: permanent(
    422,
    'The ONNX file and the model file disagree.',
    'Make fields, tensors and types agree, or give the right file.',
  ),
  PRUMO_ONNX_UNKNOWN: permanent(
    404,
    'The registry has no ONNX file of this version.',
    'Give the file itself, or upload it with PUT .../versions/{version}/onnx.',
  ),
  PRUMO_ONNX_MISSING: permanent(
    409,
    'The ONNX file that the version declares has not been uploaded.',
    'Upload it with PUT .../versions/{version}/onnx.',
  ),
  PRUMO_REGISTRY_CONTENDED: retryable(503, 'Others kept writing to the registry at the same time.', 'Try again.'),
  PRUMO_REGISTRY_CORRUPT: permanent(
    500,
    'The registry holds an event or a blob that is missing, unreadable or does not match its hash.',
    'Restore the data folder from a backup.',
  ),
  PRUMO_FORMAT_NEWER: permanent(
    400,
    'Something carries a format number that this Prumo does not know.',
    'Install a newer Prumo, or write the format that is named.',
  ),

  // Questions
  PRUMO_MODE_UNSUPPORTED: permanent(
    422,
    'A compatibility mode cannot answer this from frozen bins.',
    'Use --mode prumo, or leave out what the message names.',
  ),
  PRUMO_REFERENCE_UNUSABLE: permanent(422, 'The asked reference cannot be used.', 'Use another one; see the message.'),

  // Configuration and command line
  PRUMO_CONFIG_INVALID: permanent(400, 'The configuration is wrong.', 'Correct the named keys.'),
  PRUMO_HOST_NOT_LOOPBACK: permanent(
    400,
    'The collector would listen where other machines can reach it, without tokens.',
    'Listen on 127.0.0.1, ::1 or localhost.',
  ),
  PRUMO_PORT_IN_USE: permanent(400, 'The port is taken.', 'Stop the other process, or give another --port.'),
  PRUMO_USAGE: permanent(400, 'A command was given wrong options.', 'See --help of the command.'),
  PRUMO_FILE_UNREADABLE: permanent(400, 'A file cannot be read.', 'Check its path and permissions.'),
  PRUMO_DATA_INVALID: permanent(400, 'A data file does not fit the model file.', 'Correct the named column or row.'),
  PRUMO_DATA_FORMAT_UNKNOWN: permanent(400, 'The format of a data file is not known.', 'Use CSV, NDJSON or Parquet.'),
  PRUMO_COLLECTOR_UNREACHABLE: retryable(
    503,
    'The command cannot reach the collector.',
    'Start it with `prumo serve`, or give its --url.',
  ),
  PRUMO_COLLECTOR_REFUSED: permanent(400, 'The collector refused a request of the command.', 'See the message.'),

  // Everything else
  PRUMO_INTERNAL: retryable(500, 'Something failed that has no code of its own.', 'Read the log; report it.'),
} as const satisfies Record<string, ErrorEntry>;

/** A stable code of an error. */
export type ErrorCode = keyof typeof ERROR_CODES;
