const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Short strings are made from char codes: cheaper than a call into the decoder. */
const SHORT_TEXT = 64;

/** Text of `bytes[start, end)` as UTF-8. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_TEXT) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  return UTF8.decode(bytes.subarray(start, end));
}
