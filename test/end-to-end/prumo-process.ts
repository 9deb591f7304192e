import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NODE = path.join(ROOT, 'node_modules/node/bin/node');
const PRUMO = path.join(ROOT, 'collector/bin/prumo.js');

/** What a command left behind. */
export interface CommandResult {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A collector in a process of its own, as `prumo serve` starts it. */
export interface ServedCollector {
  readonly url: string;
  /** Types a command that talks to this collector. */
  readonly prumo: (...words: string[]) => Promise<CommandResult>;
  /** Types a command with `--json` and reads its document; fails with its standard error where it does not end well. */
  readonly ask: <Answer>(...words: string[]) => Promise<Answer>;
  /** Ends it as a crash would: it can put nothing in order. */
  readonly kill: () => Promise<void>;
  /** Ends it as a person would, and waits. */
  readonly stop: () => Promise<void>;
}

/** Types `prumo WORDS` and waits for its end. */
export async function runPrumo(words: readonly string[], folder = ROOT): Promise<CommandResult> {
  const child = start(words, folder);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

/** Types `prumo serve --data FOLDER --port 0` and waits for its line `ready URL`. */
export async function startServe(data: string): Promise<ServedCollector> {
  const folder = path.dirname(data);
  const child = start(['serve', '--data', data, '--port', '0'], folder);
  const gone = once(child, 'close');
  const url = await readReady(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  const prumo = (...words: string[]): Promise<CommandResult> => runPrumo([...words, '--url', url], folder);
  return {
    url,
    prumo,
    ask: async <Answer>(...words: string[]) => {
      const { code, stdout, stderr } = await prumo(...words, '--json');
      if (code !== 0) throw new Error(`prumo ${words.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as Answer;
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

function start(words: readonly string[], folder: string): ChildProcess {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PRUMO_'));
  return spawn(NODE, [PRUMO, ...words], {
    cwd: folder,
    env: { ...Object.fromEntries(kept), PRUMO_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function readReady(child: ChildProcess): Promise<string> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  if (child.stdout === null) throw new Error('the standard output is not piped');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^ready (http:\S+)$/.exec(line)?.[1];
    if (url === undefined) throw new Error(`"${line}" is not what serve prints first`);
    child.stdout.resume();
    return url;
  }
  throw new Error(`prumo serve ended before it was ready: ${stderr}`);
}
