import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batch, program, toOnnx, trace } from '@kindred/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flattenModel } from '../testing/flatten-model.ts';
import { noiseImages } from '../testing/random-images.ts';
import { openOnnxExtractor } from './open-onnx-extractor.ts';
import { imageResizer } from './resize-images.ts';

/** A declaration for a model that takes images of 2 x 3 pixels in grey. */
const declaration = {
  input: {
    name: 'pixels',
    layout: 'NCHW',
    size: [2, 3],
    channels: 1,
    resize: 'none',
    range: [0, 1],
    mean: [0],
    std: [1],
  },
  output: { name: 'values', columns: 6 },
};
const changedInput = (changes: object) => ({ ...declaration, input: { ...declaration.input, ...changes } });

describe('openOnnxExtractor', () => {
  let folder: string;
  let files = 0;
  /** Writes a model and the declaration beside it. */
  const put = async (model: Uint8Array, declared: unknown, name = `model-${files++}`) => {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, model);
    await writeFile(`${file}.json`, typeof declared === 'string' ? declared : JSON.stringify(declared));
    return file;
  };
  const free = flattenModel(['N', 1, 2, 3], ['N', 6]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kindred-onnx-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is named by its file, and hands on outputs as they are', async () => {
    const extractor = await openOnnxExtractor(await put(free, declaration, 'inception'), [2, 3, 1]);
    expect([extractor.name, extractor.columns]).toEqual(['onnx:inception', 6]);
    expect(extractor.description).toContain('6 values of output values of inception.onnx; 2 x 3 pixels');
    const { data } = noiseImages(1, 300, [2, 3, 1]); // more than one run
    expect(await extractor.extract(data, 300)).toEqual({ data, rows: 300, columns: 6 });
    await extractor.dispose();
  });

  it('repeats grey, puts channels first, and maps intensities to the declared scale', async () => {
    const scale = { range: [0, 255], mean: [100, 50, 0], std: [10, 20, 1] };
    const declared = { ...changedInput({ channels: 3, ...scale }), output: { name: 'values', columns: 18 } };
    const file = await put(flattenModel(['N', 3, 2, 3], ['N', 18]), declared);
    const grey = noiseImages(2, 1, [2, 3, 1]).data;
    const fromGrey = await openOnnxExtractor(file, [2, 3, 1]);
    const channels = [0, 1, 2].map((c) => [...grey].map((value) => (value * 255 - scale.mean[c]!) / scale.std[c]!));
    const got = await fromGrey.extract(grey, 1);
    channels.flat().forEach((value, i) => expect(got.data[i]).toBeCloseTo(value, 4)); // float32 of hundreds
    const colour = noiseImages(3, 1, [2, 3, 3]).data;
    const fromColour = await openOnnxExtractor(file, [2, 3, 3]);
    const values = (await fromColour.extract(colour, 1)).data;
    expect(values[6 + 4]).toBeCloseTo((colour[4 * 3 + 1]! * 255 - 50) / 20, 4); // channel 1, pixel 4
    expect(fromColour.key).not.toBe(fromGrey.key);
  });

  it('resizes, and cuts off what overshoots', async () => {
    const edge = Float32Array.from({ length: 8 * 8 }, (_, i) => (i % 8 < 4 ? 0 : 1));
    const declared = {
      ...changedInput({ size: [5, 5], resize: 'antialiased-bicubic' }),
      output: { name: 'values', columns: 25 },
    };
    const extractor = await openOnnxExtractor(await put(flattenModel(['N', 1, 5, 5], ['N', 25]), declared), [8, 8, 1]);
    const { data } = await extractor.extract(edge, 1);
    const whole = imageResizer([8, 8], [5, 5], 1, 'antialiased-bicubic')(edge);
    expect(whole.some((value) => value < 0 || value > 1)).toBe(true);
    expect(data).toEqual(whole.map((value) => Math.min(Math.max(value, 0), 1)));
  });

  it("runs a model of the engine's own: channels last, four images at a time", async () => {
    const weights = tf.tensor2d(noiseImages(4, 1, [18, 5, 1]).data, [18, 5]);
    const features = program('features', { pixels: batch([4, 2, 3, 3]) }, ({ pixels }) => ({
      values: tf.relu(tf.sub(tf.matMul(tf.reshape(pixels, [4, 18]), weights), 4)),
    }));
    const declared = { ...changedInput({ layout: 'NHWC', channels: 3, mean: [0, 0, 0], std: [1, 1, 1] }) };
    const { bytes } = toOnnx(trace(features), { names: 'own' });
    const file = await put(bytes, { ...declared, output: { name: 'values', columns: 5 } });
    const extractor = await openOnnxExtractor(file, [2, 3, 3]);
    const { data } = noiseImages(5, 10, [2, 3, 3]);
    const expected = tf.tidy(() => tf.relu(tf.sub(tf.matMul(tf.tensor2d(data, [10, 18]), weights), 4)).dataSync());
    const all = await extractor.extract(data, 10);
    all.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5)); // float32 sums of 18 terms
    expect(all.data.some((value) => value > 0)).toBe(true);
    const alone = await extractor.extract(data.subarray(9 * 18), 1);
    expect(alone.data).toEqual(all.data.subarray(45));
    weights.dispose();
    await extractor.dispose();
  });

  it('finds out with the first run where the model leaves the columns open', async () => {
    const model = flattenModel(['N', 1, 'H', 'W'], ['N', 'HW']);
    const file = await put(model, { ...declaration, output: { name: 'values', columns: 7 } });
    const extractor = await openOnnxExtractor(file, [2, 3, 1]);
    await expect(extractor.extract(new Float32Array(6), 1)).rejects.toThrow(
      /output values must be float32 of shape \[\d+, 7\], got \[\d+, 6\]; correct output\.columns/,
    );
  });

  it('has a key of the model, the declaration and the shape', async () => {
    const key = async (file: string) => (await openOnnxExtractor(file, [2, 3, 1])).key;
    const first = await key(await put(free, declaration));
    expect(await key(await put(free, declaration, 'under-another-name'))).toBe(first);
    expect(await key(await put(free, changedInput({ mean: [0.5] })))).not.toBe(first);
    expect(await key(await put(flattenModel(['M', 1, 2, 3], ['M', 6]), declaration))).not.toBe(first);
  });

  it('says which file is missing or broken', async () => {
    const file = join(folder, 'none.onnx');
    await expect(openOnnxExtractor(file, [2, 3, 1])).rejects.toThrow(
      /none\.onnx\.json cannot be read.*beside the model/,
    );
    await writeFile(`${file}.json`, JSON.stringify(declaration));
    await expect(openOnnxExtractor(file, [2, 3, 1])).rejects.toThrow(/ONNX model .*none\.onnx cannot be read/);
    const broken = await put(Buffer.from('no model'), declaration);
    await expect(openOnnxExtractor(broken, [2, 3, 1])).rejects.toThrow(/is refused by ONNX Runtime/);
    const noJson = await put(free, '{ "input": ');
    await expect(openOnnxExtractor(noJson, [2, 3, 1])).rejects.toThrow(/\.onnx\.json is no JSON/);
  });

  it('tells all problems of a declaration, with their paths', async () => {
    const wrong = {
      input: { ...changedInput({ layout: 'NWHC', size: [2, 0], mean: 'zero', extra: 1 }).input },
      output: { name: 'values' },
    };
    const message = await openOnnxExtractor(await put(free, wrong), [2, 3, 1]).catch(String);
    for (const path of ['input.layout', 'input.size[1]', 'input.mean', '"extra"', 'output.columns']) {
      expect(message).toContain(path);
    }
    const lengths = await put(free, changedInput({ channels: 3, std: [1, 0, 1], range: [1, 0] }));
    const second = await openOnnxExtractor(lengths, [2, 3, 1]).catch(String);
    expect(second).toContain('input.std[1]');
    const counts = await put(free, changedInput({ channels: 3, std: [1, 1], range: [1, 0] }));
    const third = await openOnnxExtractor(counts, [2, 3, 1]).catch(String);
    expect(third).toContain('needs 3 values, one for each channel, got 1');
    expect(third).toContain('needs 3 values, one for each channel, got 2');
    expect(third).toContain('needs the lower value first');
  });

  it('tells where a declaration does not fit the model, or the images', async () => {
    const misfits = {
      input: { ...changedInput({ size: [3, 2] }).input },
      output: { name: 'pool', columns: 6 },
    };
    const message = await openOnnxExtractor(await put(free, misfits), [3, 2, 1]).catch(String);
    expect(message).toContain('input: declares float32[?, 1, 3, 2], but the model has float32[?, 1, 2, 3]');
    expect(message).toContain('output.name: the model has no output pool; it has values');
    const file = await put(free, { ...declaration, output: { name: 'values', columns: 5 } });
    await expect(openOnnxExtractor(file, [2, 3, 1])).rejects.toThrow(
      'declares float32[?, 5], but the model has float32[?, 6]',
    );
    const fitting = await put(free, declaration);
    await expect(openOnnxExtractor(fitting, [4, 3, 1])).rejects.toThrow('takes images of 2 x 3 pixels, got 4 x 3');
    await expect(openOnnxExtractor(fitting, [2, 3, 3])).rejects.toThrow('takes images with 1 channels, got 3');
    const two = program('two', { pixels: batch([1, 1, 2, 3]), more: batch([1, 6]) }, ({ pixels, more }) => ({
      values: tf.add(tf.reshape(pixels, [1, 6]), more),
    }));
    const twoInputs = await put(toOnnx(trace(two), { names: 'own' }).bytes, declaration);
    await expect(openOnnxExtractor(twoInputs, [2, 3, 1])).rejects.toThrow('must have one input, it has pixels, more');
  });

  it('refuses outputs and samples that are not finite', async () => {
    const log = program('log', { pixels: batch([2, 1, 2, 3]) }, ({ pixels }) => ({
      values: tf.log(tf.reshape(pixels, [2, 6])),
    }));
    const file = await put(toOnnx(trace(log), { names: 'own' }).bytes, declaration);
    const extractor = await openOnnxExtractor(file, [2, 3, 1]);
    const samples = new Float32Array(18).fill(0.5);
    expect((await extractor.extract(samples, 3)).rows).toBe(3); // the last run is filled up with zeros, whose logarithm is not asked for
    samples[14] = 0;
    await expect(extractor.extract(samples, 3)).rejects.toThrow(
      'output values of sample 2 is -Infinity at column 2; check range, mean and std',
    );
    samples[14] = Number.NaN;
    await expect(extractor.extract(samples, 3)).rejects.toThrow('value 2 of sample 2 must be a finite number');
    await expect(extractor.extract(samples, 2)).rejects.toThrow('2 samples of 6 values each make 12 values, got 18');
  });
});
