import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '@kindred/data';
import { openEngine } from '@kindred/engine';
import { openClassifierExtractor } from '@kindred/metrics';

const bench = fileURLToPath(new URL('../bench.mjs', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `pnpm bench smoke` into a folder of its own. */
function start(out: string, ...more: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bench, 'smoke', '--out', join(folder, out), ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

const curves = (out: string): Promise<string> => readFile(join(folder, out, 'curves.csv'), 'utf8');
const results = (out: string): Promise<string> => readFile(join(folder, out, 'results.csv'), 'utf8');

/** Trials that have a record in the working folder. */
async function finished(out: string): Promise<string[]> {
  const records = join(folder, `${out}.partial`, 'records');
  if (!existsSync(records)) return [];
  return (await readdir(records)).filter((file) => /\.seed-\d+\.json$/.test(file));
}

describe('pnpm bench smoke', () => {
  beforeAll(async () => {
    const code = await exitCodeOf(start('one'));
    if (code !== 0) throw new Error(`the first run exited with ${code}`);
  });

  test('every trial of every family is ok', async () => {
    const rows = (await results('one')).trim().split('\n');
    const status = rows[0]!.split(',').indexOf('status');
    expect(new Set(rows.slice(1).map((row) => row.split(',')[status]))).toEqual(new Set(['ok']));
    const trials = await readdir(join(folder, 'one', 'records'));
    expect(trials.filter((file) => /\.seed-\d+\.json$/.test(file))).toHaveLength(10);
  });

  test('a second run, one trial at a time, writes byte for byte the same results', async () => {
    expect(await exitCodeOf(start('two', '--jobs', '1'))).toBe(0);
    expect(await results('two')).toBe(await results('one'));
    expect(await curves('two')).toBe(await curves('one'));
  });

  test('killed in the middle and resumed: the same results, without doing the finished trials again', async () => {
    const killed = start('three');
    killed.stdout?.resume();
    while ((await finished('three')).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.once('close', resolve));
    const before = await finished('three');
    expect(before.length).toBeLessThan(10);
    const resumed = start('three', '--resume');
    let said = '';
    resumed.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await new Promise((resolve) => resumed.once('close', resolve))).toBe(0);
    // A child may still have written its record while the parent was being killed.
    expect(Number(/(\d+) done before/.exec(said)?.[1])).toBeGreaterThanOrEqual(before.length);
    expect(await results('three')).toBe(await results('one'));
  });

  test('Ctrl-C stops with the code of an interrupt and leaves what resumes', async () => {
    const stopped = start('four');
    stopped.stdout?.resume();
    while ((await finished('four')).length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
    stopped.kill('SIGINT');
    expect(await exitCodeOf(stopped)).toBe(130);
    expect(existsSync(join(folder, 'four'))).toBe(false);
    expect(await exitCodeOf(start('four', '--resume'))).toBe(0);
    expect(await results('four')).toBe(await results('one'));
  });
});

/** Runs bench to its end and returns what it wrote. */
async function outcomeOf(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [bench, ...args], { env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return { code: await new Promise((resolve) => child.once('close', resolve)), ...said };
}

describe('pnpm bench devices', () => {
  test('multiplies on each engine that loads, and ends well whatever is missing', async () => {
    const { code, stdout } = await outcomeOf(['devices']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ cpu +cpu +runs +tfjs .* right/);
    expect(stdout).toMatch(/ onnx +cpu +runs +onnxruntime-node .* right/);
    for (const row of [
      / onnx +webgpu +(runs|missing) /,
      / onnx +cuda +(runs|missing) /,
      / tensorflow +\w+ +(runs|missing) /,
    ])
      expect(stdout).toMatch(row);
    expect(stdout.match(/to get it: \w/g)?.length ?? 0).toBe(stdout.match(/ missing /g)?.length ?? 0);
  });

  // Vulkan alone is told by a variable to see no driver.
  test.skipIf(process.platform !== 'linux')(
    'a device that does not load ends a run before its first trial',
    async () => {
      const out = join(folder, 'five');
      const { code, stdout, stderr } = await outcomeOf(['smoke', '--out', out, '--device', 'webgpu'], {
        VK_DRIVER_FILES: join(folder, 'none.json'),
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/--engine auto --device webgpu has a problem:[^]*does not load:[^]*To get it:/);
      expect(stdout).not.toContain('trials');
      expect(existsSync(`${out}.partial`)).toBe(false);
    },
  );
});

describe('pnpm bench data', () => {
  test('lists every dataset', async () => {
    const { code, stdout } = await outcomeOf(['data']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ mnist +(embedded|found) /);
    expect(stdout).toMatch(/ ring +made +- +100000 +10000 +10000 /);
  });

  test('what is missing ends a run before its first trial, with the way to get it', async () => {
    const out = join(folder, 'six');
    const asked = ['--datasets', 'ring,image-folder:none@10%', '--data-dir', folder];
    const { code, stdout, stderr } = await outcomeOf(['smoke', '--out', out, ...asked]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/the data has a problem:\n {2}image-folder:none: there is no folder none in [^]*--data-dir/);
    expect(stdout).not.toContain('trials');
    expect(existsSync(`${out}.partial`)).toBe(false);
  });
});

test('the classifier behind the features of mnist is right on at least 97 % of the test split', async () => {
  const { spec, splits, hash } = await openDataset('mnist', { seed: 0 });
  if (spec.kind !== 'image') throw new Error('mnist holds images');
  const examples = (split: 'train' | 'test') => ({ images: splits[split].floats(), labels: splits[split].labels! });
  const engine = await openEngine();
  try {
    const { classifier, accuracy, origin } = await openClassifierExtractor({
      engine,
      shape: spec.shape,
      classes: spec.classes,
      seed: 0,
      dataHash: hash,
      training: () => examples('train'),
      validation: () => examples('test'),
      cacheFolder: join(folder, 'extractors'),
    });
    expect(origin).toBe('trained');
    expect(accuracy).toBeGreaterThanOrEqual(0.97);
    await classifier.dispose();
  } finally {
    await engine.dispose();
  }
});
