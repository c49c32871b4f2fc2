import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, logLikelihoods, openTrainer, resolveOptions } from '@kindred/model';
import { feedsFor } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vae } from '../vae.ts';

const batchSize = 32;
const steps = 600;
const spec: Parameters<typeof vae.build>[0]['data'] = { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 8 };

/** Images with the row of their class bright. */
function rows(labels: Int32Array): Float32Array {
  const images = new Float32Array(labels.length * 64);
  labels.forEach((label, i) => images.fill(1, i * 64 + label * 8, i * 64 + label * 8 + 8));
  return images;
}

/** Of an image, the row that is bright alone; -1 where there is no such row. */
function rowOf(image: Float32Array): number {
  return Array.from({ length: 8 }, (_, row) => row).findIndex((row) =>
    rows(Int32Array.of(row)).every((value, i) => Math.abs(value - image[i]!) < 0.5),
  );
}

describe('vector-quantised autoencoder', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
  });
  afterAll(() => engine.dispose());

  async function trained(overrides: Readonly<Record<string, unknown>>) {
    const codes = { codebookSize: 16, codeSize: 8, priorChannels: 16, priorLayers: 2 };
    const small = { imageChannels: [8, 16], imageBlocks: 1, ...codes, ...overrides };
    const model = vae.build({
      data: spec,
      options: resolveOptions(vae, 'vq', small),
      batchSize,
      trainExamples: 1000,
      totalSteps: steps,
      random: new RandomStream(0, 'build'),
    });
    const random = new RandomStream('examples');
    const batches = () => {
      const labels = Int32Array.from({ length: batchSize }, () => random.integer(8));
      return { examples: rows(labels), labels };
    };
    const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('noise') });
    const losses = await trainer.advance(steps);
    await trainer.dispose();
    return { model, last: losses.at(-1)! };
  }

  const labels = Int32Array.from({ length: 64 }, (_, i) => i % 8);
  const images = rows(labels);

  async function samplesOf(model: Awaited<ReturnType<typeof trained>>['model']): Promise<number[]> {
    const options = { count: 64, batchSize: 32, random: new RandomStream('draw'), labels };
    const samples = await drawSamples(engine, model, options);
    return Array.from(labels, (_, i) => rowOf(samples.subarray(i * 64, (i + 1) * 64)));
  }

  it.each(['moving-average', 'loss'])(
    'learns images of eight rows with the codebook by %s: their entropy is the bound, samples are rows',
    async (codebookUpdate) => {
      const { model, last } = await trained({ codebookUpdate });
      expect(last['loss']).toBeCloseTo(last['reconstruction']! + last['kl']!, 3);
      expect(last['reconstruction']).toBeLessThan(1);
      expect(last['codebookPerplexity']).toBeGreaterThan(2);
      expect(last['codebookPerplexity']).toBeLessThanOrEqual(16);
      const options = { count: 64, batchSize: 32, random: new RandomStream('bound') };
      const nats = await logLikelihoods(engine, model, images, options);
      const bound = nats.reduce((sum, value) => sum + value, 0) / 64;
      // All rows stand in these images equally often: no distribution gives them more than log 1/8 on average.
      expect(-bound).toBeGreaterThan(Math.log(8));
      expect(-bound).toBeLessThan(Math.log(8) + 1);

      const program = model.reconstruct!(64);
      const compiled = await engine.compile(program);
      const feeds = feedsFor(program.inputs, { noise: new RandomStream(0), given: { x: images } });
      const { reconstruction } = await compiled.run(feeds);
      expect(images.filter((value, i) => Math.abs(value - reconstruction![i]!) > 0.5)).toHaveLength(0);

      const found = await samplesOf(model);
      expect(found.filter((row) => row >= 0).length).toBeGreaterThan(45); // most are whole rows; pixels at random never are
      expect(new Set(found.filter((row) => row >= 0)).size).toBeGreaterThan(5);
      disposeModel(model);
    },
  );

  it('tells the prior the class: samples are of it', async () => {
    const { model, last } = await trained({ conditional: true });
    expect(last['kl']).toBeLessThan(0.5); // given its class, an image has no other row
    const found = await samplesOf(model);
    expect(found.filter((row, i) => row === labels[i]).length).toBeGreaterThan(45); // one in eight by chance
    disposeModel(model);
  });
});
