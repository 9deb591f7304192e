import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/prumo.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `prumo` as a user does, without the user's own settings. */
export function startPrumo(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PRUMO_'));
  return spawn(process.execPath, [BIN, ...args], {
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `prumo` to its end. */
export async function runPrumo(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = startPrumo(args, environment);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output };
}
