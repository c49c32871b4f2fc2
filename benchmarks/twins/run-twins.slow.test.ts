import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSuite, ProblemsError } from '@kindred/harness';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { families } from '../src/models.ts';
import { runTwins, type TwinIo } from './run-twins.ts';
import { settingsOf } from './testing/settings-of.ts';
import { tinySuite } from './testing/tiny-suite.ts';

let folder = '';
let written: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-twins-'));
  written = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const io = (changes: Partial<TwinIo> = {}): TwinIo => ({
  families,
  codeVersion: 'test',
  write: (line) => written.push(line),
  signal: new AbortController().signal,
  script: 'train.py',
  ...changes,
});

/** One trial: a PixelCNN of a few numbers. */
const pixelCnn = tinySuite.models.find(({ variant }) => variant === 'pixelcnn');
const one = defineSuite({ ...tinySuite, datasets: ['mnist@200'], models: [pixelCnn!], seeds: 1 });

/** An interpreter that imports torch, and whose train.py says the same of every work that it finds. */
async function fakePython(): Promise<string> {
  const [script, python] = [join(folder, 'fake.cjs'), join(folder, 'python')];
  await writeFile(
    script,
    `const works = process.argv[process.argv.indexOf('--works') + 1];
     for (const work of require('node:fs').readdirSync(works + '/works'))
       console.log(JSON.stringify({ work, torch: '0', device: 'fake', test: { nats: 200, count: 20 }, validation: { nats: 201, count: 20 } }));`,
  );
  await writeFile(python, `#!/bin/sh\n[ "$1" = "-c" ] || exec '${process.execPath}' '${script}' "$@"\n`);
  await chmod(python, 0o755);
  return python;
}

describe('a run of twins', () => {
  it('exports, trains both sides and compares them', async () => {
    const run = await runTwins(settingsOf(one, folder, { python: await fakePython() }), io());
    const [result, ...others] = run?.results ?? [];
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      model: 'autoregressive/pixelcnn',
      steps: 30,
      reason: '',
      ours: { source: 'trained' },
    });
    const ours = result!.ours!.test;
    expect(ours).toBeLessThan(784 * Math.LN2); // it has learnt
    expect(result?.difference).toBeCloseTo((200 - ours) / ours, 12);
    expect(written).toContain(`${result?.line?.work}: exported`);
  });

  it('takes ours from a report, and the twin from a file', async () => {
    await mkdir(join(folder, 'tiny'));
    const [row] = (await exportedWorks()).map((name) => name.replace('tiny.', ''));
    const metric = (split: string, value: number, samples = 20) =>
      `tiny,${row},mnist@200,autoregressive,pixelcnn,0,ok,${split},negative-log-likelihood,binarised-pixels,${value},nats,lower,${samples}`;
    const header = 'suite,trial,dataset,family,variant,seed,status,split,metric,features,value,unit,better,samples';
    const report = join(folder, 'tiny', 'results.csv');
    const trained = join(folder, 'lines.jsonl');
    await writeFile(trained, `${JSON.stringify({ work: `tiny.${row}`, test: { nats: 101, count: 20 } })}\n`);
    await writeFile(report, [header, metric('validation', 99), metric('test', 100)].join('\n'));
    const settings = settingsOf(one, folder, { trained });
    expect((await runTwins(settings, io()))?.results[0]).toMatchObject({
      ours: { validation: 99, test: 100, source: 'report tiny' },
      difference: 0.01,
    });
    // Of another number of examples, it is another number.
    await writeFile(report, [header, metric('validation', 99), metric('test', 100, 10)].join('\n'));
    expect((await runTwins(settings, io()))?.results[0]?.ours?.source).toBe('trained');
    // Without a twin ours is not trained.
    await writeFile(trained, '');
    expect((await runTwins(settings, io()))?.results[0]).toMatchObject({ ours: null, difference: null });
  });

  it('refuses trials without twins', async () => {
    const [baseline] = [{ family: 'baselines', variant: 'independent' }];
    const suite = defineSuite({ ...one, models: [baseline!] });
    await expect(runTwins(settingsOf(suite, folder), io())).rejects.toThrow(ProblemsError);
  });
});

/** Exports the trial, and gives the names of its works. */
async function exportedWorks(): Promise<string[]> {
  const exportTo = join(folder, 'export');
  expect(await runTwins(settingsOf(one, folder, { exportTo }), io())).toBeNull();
  return readdir(join(exportTo, 'works'));
}

describe('an export', () => {
  it('holds the plan, bytes of the examples, the order, and a check that the model passes', async () => {
    const [name = ''] = await exportedWorks();
    expect(name).toMatch(/^tiny\..*autoregressive\.pixelcnn\.seed-0$/);
    const at = join(folder, 'export', 'works', name);
    const plan = JSON.parse(await readFile(join(at, 'plan.json'), 'utf8'));
    expect(plan).toMatchObject({
      network: 'pixelcnn',
      seed: 0,
      steps: 30,
      shape: [28, 28, 1],
      vocabulary: 0,
      scale: 255,
    });
    expect(plan.options).toMatchObject({ channels: 4, blocks: 1, learningRate: 2e-3 });
    expect([plan.check.before, plan.check.losses, plan.check.after].map((list) => list.length)).toEqual([20, 3, 20]);
    expect(plan.check.after).not.toEqual(plan.check.before);
    const index = JSON.parse(await readFile(join(at, 'index.json'), 'utf8')) as { name: string; fill?: number }[];
    const names = index.map((entry) => entry.name);
    expect(names).toEqual(expect.arrayContaining(['order', 'check/0/u', 'check/2/u', 'parameters/first/kernel']));
    expect(index.find((entry) => entry.name === 'parameters/first/bias')?.fill).toBe(0);
    const test = join(at, plan.data);
    const data = JSON.parse(await readFile(join(test, 'index.json'), 'utf8')) as {
      name: string;
      shape: number[];
      file: string;
    }[];
    expect(data.map(({ name: split, shape }) => [split, shape[0]])).toEqual([
      ['train', 200],
      ['validation', 20],
      ['test', 20],
    ]);
    const bits = await readFile(join(test, data[2]!.file));
    expect(new Set(bits)).toEqual(new Set([0, 255]));
    const intensities = new Set(await readFile(join(test, data[0]!.file)));
    expect(intensities.size).toBeGreaterThan(100); // drawn anew at each step
  });
});
