import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset, type Dataset, type Split } from '@kindred/data';
import { openEngine, type Engine } from '@kindred/engine';
import { openEvaluator } from './evaluator.ts';
import { hashFeatureFiles, openFeatureSpaces, spaceProblem, tryFeatureFiles } from './feature-space.ts';
import { metricTable } from './metric-table.ts';

let engine: Engine;
let folder: string;
let shapes: Dataset;

beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx', device: 'cpu', threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'evaluation-'));
  shapes = await openDataset('shapes@400', { seed: 0 });
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

const options = (...spaces: string[]) => ({ engine, cacheFolder: folder, dataSeed: 0, spaces });
const count = 100;

describe('openEvaluator', () => {
  it('scores images in each space and in pixels, with the units and directions of the table', async () => {
    const evaluator = await openEvaluator(shapes, options('pixels', 'random'));
    expect(evaluator.cards.map(({ name }) => name)).toEqual(['pixels', 'random']);
    const rows = await evaluator.score(shapes.splits.validation.floats(0, count), count);
    for (const row of rows) {
      expect(row).toMatchObject({ split: 'test', samples: count });
      expect(metricTable).toHaveProperty([row.metric], expect.objectContaining({ unit: row.unit, better: row.better }));
      expect(Number.isFinite(row.value)).toBe(true);
    }
    const named = rows.map(({ metric, features }) => `${metric} ${features}`);
    expect(new Set(named).size).toBe(named.length);
    const everywhere = [
      'frechet-distance',
      'kernel-distance',
      'precision',
      'nearest-neighbour-accuracy',
      'vendi-score',
    ];
    for (const metric of everywhere)
      expect(named).toEqual(expect.arrayContaining([`${metric} pixels`, `${metric} random`]));
    // Copying is looked for once, what pixels say has one space, and without a classifier there are no probabilities.
    expect(named.filter((name) => /authentic|copying|sharpness|spectrum|similarity/.test(name))).toHaveLength(5);
    expect(named.join()).not.toContain('inception');
    await evaluator.dispose();
  });

  it('scores midpoints by the Fréchet distance in the first space alone: that of samples', async () => {
    const evaluator = await openEvaluator(shapes, options('random', 'pixels'));
    const samples = shapes.splits.validation.floats(0, count);
    const all = await evaluator.score(samples, count);
    const same = all.find(({ metric, features }) => metric === 'frechet-distance' && features === 'random');
    expect(await evaluator.scoreMidpoints(samples, count)).toEqual([
      { ...same, metric: 'interpolation-frechet-distance' },
    ]);
    await evaluator.dispose();
    const blind = await openEvaluator(shapes, options());
    expect(await blind.scoreMidpoints(samples, count)).toEqual([]);
    await blind.dispose();
  });

  it('gives the same numbers again, and others for other samples', async () => {
    const evaluator = await openEvaluator(shapes, options('random'));
    const samples = shapes.splits.validation.floats(0, count);
    const first = await evaluator.score(samples, count);
    expect(await evaluator.score(samples, count)).toEqual(first);
    expect(
      await evaluator.score(
        samples.map((value) => 0.9 * value),
        count,
      ),
    ).not.toEqual(first);
    await evaluator.dispose();
  });

  it('scores a model that has collapsed onto one black image', async () => {
    const evaluator = await openEvaluator(shapes, options('pixels', 'random'));
    const rows = await evaluator.score(new Float32Array(count * 32 * 32), count);
    const valueOf = (metric: string, features = 'pixels') =>
      rows.find((row) => row.metric === metric && row.features === features)?.value;
    expect(rows.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(valueOf('recall')).toBe(0);
    expect(valueOf('sharpness-ratio')).toBe(0);
    expect(valueOf('vendi-score')).toBeUndefined(); // the cosine with a row of zeros is not defined
    expect(valueOf('vendi-score', 'random')).toBeCloseTo(1, 6);
    await evaluator.dispose();
  });

  it('scores points by their modes', async () => {
    const ring = await openDataset('ring', { seed: 0 });
    const points = await openEvaluator(ring, options('points'));
    const rows = await points.score(ring.splits.validation.floats(0, 500), 500);
    expect(rows.find(({ metric }) => metric === 'modes')?.value).toBe(8);
    expect(rows.find(({ metric }) => metric === 'kernel-distance')?.value).toBeLessThan(0.01);
    await points.dispose();
  });

  it('scores text by its whole lines: those between two line breaks of a sample, by the source of the text', async () => {
    const dataset = await openDataset('text', { seed: 0 });
    const text = await openEvaluator(dataset, options());
    const encoded = (...samples: string[]) => {
      const [length] = dataset.spec.shape;
      const padded = samples.map((sample) => sample.padEnd(length!, 'a'));
      return Float32Array.from(padded.join(''), (character) => dataset.alphabet!.indexOf(character));
    };
    const share = 'grammatical-share';
    const row = { metric: share, split: 'test', features: 'sequence', unit: 'share', better: 'higher' };
    const real = dataset.splits.validation.floats(0, count);
    expect(await text.score(real, count)).toEqual([{ ...row, value: 1, samples: count }]);
    // Cut lines at both ends do not count, right or wrong; an empty line does, and is wrong.
    const samples = encoded(
      'the\nthe cat sleeps\nthe cat sleep\nthe cat runs\nthe',
      '\n\nthe cat sleeps',
      'the cat sings\n',
    );
    expect(await text.score(samples, 3)).toEqual([{ ...row, value: 0.5, samples: 3 }]);
    expect(await text.score(encoded('no line break', 'one\nof them'), 2)).toEqual([]);
    await text.dispose();
    const unknown = await openEvaluator({ ...dataset, accepts: null }, options());
    expect(await unknown.score(real, count)).toEqual([]);
    await unknown.dispose();
  });
});

describe('feature spaces', () => {
  it('keep features of real data on disk, for the next process', async () => {
    const own = join(folder, 'cached');
    let asked = 0;
    const counting = (split: Split): Split => ({ ...split, floats: (from, to) => (asked++, split.floats(from, to)) });
    const features: Float32Array[] = [];
    for (let process = 0; process < 2; process++) {
      const [space] = await openFeatureSpaces(shapes, { ...options('random'), cacheFolder: own });
      features.push((await space!.real(counting(shapes.splits.test), 50)).data);
      await space!.real(counting(shapes.splits.test), 50);
      await space!.dispose();
    }
    expect(asked).toBe(1);
    expect(features[1]).toEqual(features[0]);
    expect(await readdir(own)).toHaveLength(1);
  });

  it('are hashed with their files, of which each must be there', async () => {
    const file = join(folder, 'net.onnx');
    const space = `onnx:${file}`;
    await writeFile(file, 'a model');
    await expect(hashFeatureFiles([space])).rejects.toThrow(/net\.onnx\.json cannot be read; give an ONNX file/);
    await writeFile(`${file}.json`, '{}');
    const before = await hashFeatureFiles(['pixels', space]);
    expect(Object.keys(before)).toEqual([space]);
    await writeFile(`${file}.json`, '{ }');
    expect(await hashFeatureFiles([space])).not.toEqual(before);
  });

  it('are tried before a run: all that is wrong with their files is told at once', async () => {
    const other = join(folder, 'other.onnx');
    await writeFile(other, 'no model');
    await writeFile(`${other}.json`, '{ "input": 1 }');
    const net = `onnx:${join(folder, 'absent.onnx')}`;
    const attempt = tryFeatureFiles([{ dataset: shapes, spaces: ['pixels', net, `onnx:${other}`] }]).catch(String);
    expect(await attempt).toMatch(
      /2 problems:\n.*absent\.onnx on shapes@400: .*cannot be read[^]*other\.onnx\.json must be changed/,
    );
    await expect(tryFeatureFiles([{ dataset: shapes, spaces: ['pixels', 'random'] }])).resolves.toBeUndefined();
  });

  it('must fit the data', async () => {
    expect(spaceProblem('classifier', shapes.spec)).toBeNull();
    expect(spaceProblem('onnx:any.onnx', shapes.spec)).toBeNull();
    expect(spaceProblem('points', shapes.spec)).toContain('unknown feature space points for image data');
    await expect(openFeatureSpaces(shapes, options('points'))).rejects.toThrow('unknown feature space points');
    await expect(openFeatureSpaces(shapes, options('pixels', 'pixels'))).rejects.toThrow(
      'two feature spaces are called pixels',
    );
  });
});
