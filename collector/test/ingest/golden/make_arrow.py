"""Writes the golden Arrow bodies: python make_arrow.py (pyarrow 17 or later). They are kept; run it only for a new format."""
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa

folder = Path(__file__).parent
at = [datetime(2026, 1, 5, 10, 0, second, 123456, tzinfo=timezone.utc) for second in range(3)]
columns = {
    "model": pa.array(["credit"] * 3).dictionary_encode(),
    "version": pa.array(["3", "3", None], pa.large_string()),
    "sha256": pa.array([None, None, "a" * 64]),
    "environment": pa.array([None, "staging", None]).dictionary_encode(),
    "serving_role": pa.array([None, None, None], pa.null()),
    "id": pa.array(["loan-1", "loan-2", "l\u00f6an \U0001f600"]),
    "time": pa.array(at, pa.timestamp("us", "UTC")),
    "score": pa.array([0.25, None, 1.0]),
    "weight": pa.array([1, 2, 3], pa.int64()),
    "segment.channel": pa.array(["app", None, "web"]).dictionary_encode(),
    "output.p": pa.array([0.25, 0.5, None], pa.float32()),
    "output.approved": pa.array([True, False, None]),
    "input.age": pa.array([30, None, 255], pa.uint8()),
    "input.purpose": pa.array(["car", "home", "car"]),
}
table = pa.table(columns).replace_schema_metadata({"prumo.format": "1"})


def write(name, make, table, **options):
    with pa.OSFile(str(folder / name), "wb") as sink, make(sink, table.schema, **options) as writer:
        writer.write_table(table, max_chunksize=2)


write("predictions-arrow-1.bin", pa.ipc.new_stream, table)
write("predictions-arrow-1-file.bin", pa.ipc.new_file, table)
write("predictions-arrow-compressed.bin", pa.ipc.new_stream, table, options=pa.ipc.IpcWriteOptions(compression="lz4"))
