import { styleText } from 'node:util';

/** Where a command writes. */
export interface Terminal {
  /** Writes a line to standard output: the answer, nothing else. */
  readonly print: (text: string) => void;
  /** Writes a line to standard error: what happens meanwhile, and what went wrong. */
  readonly note: (text: string) => void;
  /** Writes one JSON document to standard output. */
  readonly printJson: (document: unknown) => void;
  /** Colors text of standard output, on a terminal only. */
  readonly paint: (color: Color, text: string) => string;
  /** Replaces the line of progress on standard error; on anything but a terminal it does nothing. */
  readonly progress: (text: string) => void;
}

export type Color = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

/** The terminal of this process. */
export function createTerminal(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Terminal {
  // A reader that has seen enough (as in `| head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  let isProgressShown = false;
  const clear = (): void => {
    if (isProgressShown) stderr.write('\r\u001B[K');
    isProgressShown = false;
  };
  const print = (text: string): void => {
    clear();
    stdout.write(`${text}\n`);
  };
  return {
    print,
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    printJson: (document) => print(JSON.stringify(document, null, 2)),
    paint: (color, text) => styleText(color, text, { stream: stdout }),
    progress: (text) => {
      if (!stderr.isTTY) return;
      clear();
      if (text === '') return;
      stderr.write(text.slice(0, (stderr.columns || 80) - 1));
      isProgressShown = true;
    },
  };
}
