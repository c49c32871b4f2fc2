import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeEnd, runPool, type ChildEnd, type PoolTask } from './pool.ts';

const workerFile = fileURLToPath(new URL('fixtures/worker.mjs', import.meta.url));
const parentFile = fileURLToPath(new URL('fixtures/parent.mjs', import.meta.url));

let folder: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-'));
  log = join(folder, 'log');
});
afterEach(() => rm(folder, { recursive: true }));

function task(name: string, behaviour: string, more: Partial<PoolTask> = {}): PoolTask {
  return { id: name, message: { name, behaviour, log }, timeout: 50, ...more };
}

async function endsOf(tasks: readonly PoolTask[], jobs = 2): Promise<Map<string, ChildEnd>> {
  const ends = new Map<string, ChildEnd>();
  await runPool(tasks, { workerFile, jobs, onEnd: async (end) => void ends.set(end.id, end) });
  return ends;
}

/** Names in the order in which their children started, with the children's pids. */
async function started(): Promise<[string, number][]> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return lines.map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('runPool', () => {
  test('a crash, a signal and a hang end their own task only', async () => {
    const ends = await endsOf([
      task('a', 'ok'),
      task('b', 'abort'),
      task('c', 'exit'),
      task('d', 'hang', { timeout: 0.5 }),
      task('e', 'ok'),
    ]);
    expect(ends.get('a')).toMatchObject({ exitCode: 0, timedOut: false });
    expect(ends.get('b')).toMatchObject({ exitCode: null, signal: 'SIGABRT', timedOut: false });
    expect(ends.get('c')).toMatchObject({ exitCode: 3, stderr: 'out of luck', timedOut: false });
    expect(ends.get('d')).toMatchObject({ signal: 'SIGKILL', timedOut: true });
    expect(ends.get('e')).toMatchObject({ exitCode: 0, timedOut: false });
    expect(describeEnd(ends.get('c')!)).toBe('exit code 3; its last words: out of luck');
    expect(describeEnd(ends.get('d')!)).toContain('time-out');
  });

  test('each task has a process of its own, in order, as far as `after` allows', async () => {
    await endsOf([task('late', 'ok', { after: ['first'] }), task('first', 'ok'), task('next', 'ok')], 1);
    const runs = await started();
    expect(runs.map(([name]) => name)).toEqual(['first', 'late', 'next']);
    expect(new Set(runs.map(([, pid]) => pid)).size).toBe(3);
  });

  test('no more children at once than jobs', async () => {
    let now = 0;
    let most = 0;
    await runPool(
      [1, 2, 3, 4, 5].map((i) => task(`t${i}`, 'ok')),
      {
        workerFile,
        jobs: 2,
        onStart: () => (most = Math.max(most, (now += 1))),
        onEnd: async () => void (now -= 1),
      },
    );
    expect([most, now]).toEqual([2, 0]);
  });

  test('stopping kills the children and reports none of them', async () => {
    const stop = new AbortController();
    const ends: string[] = [];
    const run = runPool([task('a', 'hang'), task('b', 'hang'), task('c', 'ok')], {
      workerFile,
      jobs: 2,
      signal: stop.signal,
      onMessage: (id) => id === 'b' && stop.abort(new Error('enough')),
      onEnd: async ({ id }) => void ends.push(id),
    });
    await expect(run).rejects.toThrow('enough');
    expect(ends).toEqual([]);
    expect((await started()).some(([, pid]) => isAlive(pid))).toBe(false);
  });

  test('an error of onEnd stops the pool, and no child is left', async () => {
    const run = runPool([task('a', 'hang'), task('b', 'ok')], {
      workerFile,
      jobs: 2,
      onEnd: async ({ id }) => {
        throw new Error(`${id} went wrong`);
      },
    });
    await expect(run).rejects.toThrow('b went wrong');
    expect((await started()).some(([, pid]) => isAlive(pid))).toBe(false);
  });

  test('a task that waits for one that is not there is an error', async () => {
    await expect(endsOf([task('a', 'ok', { after: ['nobody'] })])).rejects.toThrow('a wait for tasks that never run');
  });
});

test('a child whose parent is killed exits by itself', async () => {
  const message = JSON.stringify({ name: 'orphan', behaviour: 'hang', log });
  const parent = spawn(process.execPath, [parentFile, workerFile, message], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(printed.toString());
  expect(isAlive(child)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !isAlive(child));
});
