import { fork, type ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';

/** A piece of work for a child process of its own. */
export interface PoolTask {
  readonly id: string;
  /** Sent to the child once it runs. */
  readonly message: object;
  /** Seconds after which the child is killed. */
  readonly timeout: number;
  /** Tasks of the same pool that must have ended before. */
  readonly after?: readonly string[];
}

/** How a child ended. What it achieved is not told here: it writes files. */
export interface ChildEnd {
  readonly id: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
  readonly seconds: number;
}

export interface PoolOptions {
  /** The module that children run; it calls `serveTask`. */
  readonly workerFile: string;
  /** Children at once, at least 1. */
  readonly jobs: number;
  /** Stops the pool: children are killed, their ends are not reported, `runPool` throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onStart?: (id: string) => void;
  readonly onMessage?: (id: string, message: unknown) => void;
  /** Called once per task, one after the other for one task; an error in it stops the pool. */
  readonly onEnd: (end: ChildEnd) => Promise<void>;
}

const stderrKept = 4000;
/** setTimeout's limit. */
const longestTimer = 2 ** 31 - 1;

/**
 * Runs each task in a child process, as many at once as `jobs`, in the given order as far as `after` allows. A child that
 * crashes, is killed or hangs ends its own task only. No child outlives the call, however it ends.
 */
export async function runPool(tasks: readonly PoolTask[], options: PoolOptions): Promise<void> {
  const waiting = [...tasks];
  const ended = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  // One listener per child: many jobs are no leak, and Node should not warn of one.
  setMaxListeners(0, signal);
  // One that fails stays among the running, so that the race below cannot miss its error.
  const finishing = async (task: PoolTask): Promise<void> => {
    await runTask(task, options, signal);
    running.delete(task.id);
    ended.add(task.id);
  };
  try {
    while (waiting.length > 0 || running.size > 0) {
      signal.throwIfAborted();
      while (running.size < options.jobs) {
        const next = waiting.findIndex(({ after = [] }) => after.every((id) => ended.has(id)));
        const [task] = next < 0 ? [] : waiting.splice(next, 1);
        if (!task) break;
        running.set(task.id, finishing(task));
      }
      if (running.size === 0) {
        throw new Error(
          `runPool: ${waiting.map(({ id }) => id).join(', ')} wait for tasks that never run; check \`after\`.`,
        );
      }
      await Promise.race(running.values());
    }
  } finally {
    stop.abort();
    await Promise.allSettled(running.values());
  }
}

async function runTask(task: PoolTask, options: PoolOptions, signal: AbortSignal): Promise<void> {
  options.onStart?.(task.id);
  const end = await runChild(task, options, signal);
  signal.throwIfAborted();
  await options.onEnd(end);
}

/** Forks the worker, hands it the task, and waits until it is gone. Never rejects. */
function runChild(task: PoolTask, { workerFile, onMessage }: PoolOptions, signal: AbortSignal): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = fork(workerFile, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
    let timedOut = false;
    let stderr = '';
    const kill = (): void => killNow(child);
    const timer = setTimeout(
      () => {
        timedOut = true;
        kill();
      },
      Math.min(task.timeout * 1000, longestTimer),
    );
    signal.addEventListener('abort', kill, { once: true });
    const finish = (exitCode: number | null, exitSignal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      const seconds = (performance.now() - start) / 1000;
      resolve({ id: task.id, exitCode, signal: exitSignal, timedOut, stderr: stderr.trim(), seconds });
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-stderrKept);
    });
    child.on('message', (message) => onMessage?.(task.id, message));
    child.once('close', finish);
    child.on('error', (error) => {
      stderr += error.message;
      // Without a process there will be no 'close'.
      if (child.pid === undefined) finish(null, null);
    });
    // A failure to send means that the child is gone, and 'close' tells more.
    child.send(task.message, () => {});
    if (signal.aborted) kill();
  });
}

/** SIGKILL: a child in the middle of a native call would hear nothing softer, and it has nothing to save. */
function killNow(child: ChildProcess): void {
  child.kill('SIGKILL');
}

/** One line for people: why a child that should have done its work did not. */
export function describeEnd({ exitCode, signal, timedOut, stderr, seconds }: ChildEnd): string {
  const last = stderr.split('\n').slice(-12).join('\n');
  const cause = timedOut
    ? `killed after ${seconds.toFixed(0)} s: time-out`
    : signal === 'SIGKILL'
      ? 'killed by SIGKILL (by someone, or by the system for want of memory)'
      : signal
        ? `killed by ${signal}`
        : `exit code ${exitCode ?? 'unknown'}`;
  return last ? `${cause}; its last words: ${last}` : cause;
}
