import * as tf from '@tensorflow/tfjs-core';
import {
  batch,
  given,
  labels,
  normal,
  openEngine,
  position,
  program,
  schedule,
  uniform,
  type Engine,
} from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerativeModel, Sampler } from './contract.ts';
import { openCodes } from './codes.ts';
import { logLikelihoods } from './likelihood.ts';
import type { PerExample } from './per-example.ts';
import { openReconstruction } from './reconstruction.ts';
import { drawSamples, openSampler } from './sampling.ts';
import { NotFiniteError, openTrainer } from './trainer.ts';
import { disposeModel } from './variables.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

/** A model whose training step reports what it is fed. */
function probe(parts: Partial<GenerativeModel> = {}): GenerativeModel {
  const total = tf.variable(tf.scalar(0), false);
  return {
    parameters: { total },
    trainingState: {},
    trainStep: program(
      'probe',
      { x: batch([2, 1]), y: labels([2]), step: schedule((step) => step), u: uniform([1]) },
      ({ x, y, step, u }) => {
        total.assign(tf.add(total, tf.sum(x)));
        const sum = tf.sum(x);
        return { sum, logSum: tf.log(sum), labels: tf.sum(y), step: tf.clone(step), noise: tf.sum(u) };
      },
    ),
    sampler: () => ({ kind: 'direct', program: program('none', {}, () => ({ samples: tf.zeros([1]) })) }),
    sampleMeaning: 'nothing',
    ...parts,
  };
}

describe('openTrainer', () => {
  const next = (value: number) => ({ examples: Float32Array.of(value, value), labels: Uint8Array.of(1, 2) });

  it('feeds batch, labels and step, and returns the losses in their order', async () => {
    const model = probe();
    let value = 0;
    const trainer = await openTrainer(engine, model, { batches: () => next((value += 1)), noise: new RandomStream(1) });
    const [first, second] = [await trainer.step(), await trainer.step()];
    expect(Object.keys(first)).toEqual(['sum', 'logSum', 'labels', 'step', 'noise']);
    expect([first['sum'], first['labels'], first['step']]).toEqual([2, 3, 0]);
    expect([second['sum'], second['labels'], second['step']]).toEqual([4, 3, 1]);
    expect(second['noise']).not.toBe(first['noise']);
    expect(trainer.steps).toBe(2);
    disposeModel(model);
  });

  it('draws the noise of a step from the step alone, so that resuming sees the same', async () => {
    const model = probe();
    const options = { batches: () => next(1), noise: new RandomStream(1) };
    const whole = await openTrainer(engine, model, options);
    const resumed = await openTrainer(engine, model, { ...options, firstStep: 2 });
    await whole.step();
    await whole.step();
    expect(await resumed.step()).toEqual(await whole.step());
    disposeModel(model);
  });

  it('advances many steps at once as it does one by one', async () => {
    const models = [probe(), probe()];
    const [one, many] = await Promise.all(
      models.map((model) => {
        let value = 0;
        const buffer = next(0); // reused, as a batch source may
        const batches = () => ({ ...buffer, examples: buffer.examples.fill((value += 1)) });
        return openTrainer(engine, model, { batches, noise: new RandomStream(1) });
      }),
    );
    const expected = [await one!.step(), await one!.step(), await one!.step(), await one!.step()];
    expect([...(await many!.advance(3)), await many!.step()]).toEqual(expected);
    expect(many!.steps).toBe(4);
    models.forEach(disposeModel);
  });

  it('tells the losses of the steps before the one that was not finite', async () => {
    const model = probe();
    let value = 3;
    const trainer = await openTrainer(engine, model, { batches: () => next((value -= 1)), noise: new RandomStream(1) });
    const failed = await trainer.advance(4).catch((error: unknown) => error);
    expect(failed).toMatchObject({ loss: 'logSum', step: 2, before: [{ sum: 4 }, { sum: 2 }] });
    expect(trainer.steps).toBe(2);
    disposeModel(model);
  });

  it('throws an error that names the loss and the step where a loss is not finite', async () => {
    const model = probe();
    let value = 2;
    const trainer = await openTrainer(engine, model, { batches: () => next((value -= 1)), noise: new RandomStream(1) });
    await trainer.step();
    const failed = trainer.step();
    await expect(failed).rejects.toThrow(NotFiniteError);
    await expect(failed).rejects.toMatchObject({ loss: 'logSum', value: -Infinity, step: 1 });
    disposeModel(model);
  });

  it('runs no more than the useful steps and repeats the last losses', async () => {
    const model = probe({ usefulSteps: 2 });
    const trainer = await openTrainer(engine, model, { batches: () => next(1), noise: new RandomStream(1) });
    const losses = [await trainer.step(), await trainer.step(), await trainer.step()];
    expect(losses[2]).toEqual(losses[1]);
    expect(await trainer.advance(2)).toEqual([losses[1], losses[1]]);
    expect(trainer.steps).toBe(5);
    expect(engine.read(model.parameters['total']!)[0]).toBe(4); // two steps of 2
    disposeModel(model);
  });
});

/** Each example is 3 values: its row's uniform number and twice it and thrice it, from a program or step by step. */
function sampler(kind: 'direct' | 'sequential', count: number): Sampler {
  if (kind === 'direct') {
    return {
      kind,
      program: program('direct', { u: uniform([count, 1]) }, ({ u }) => ({
        samples: tf.mul(u!, tf.tensor2d([[1, 2, 3]])),
      })),
    };
  }
  const base = tf.tidy(() => tf.variable(tf.zeros([count, 1]), false));
  return {
    kind,
    steps: 3,
    state: { base },
    reset: program('reset', { u: uniform([count, 1]) }, ({ u }) => {
      base.assign(tf.clone(u!));
      return {};
    }),
    step: program('step', { at: position() }, ({ at }) => ({
      value: tf.mul(base, tf.add(tf.cast(at!, 'float32'), 1)),
    })),
  };
}

describe('drawSamples', () => {
  it.each(['direct', 'sequential'] as const)(
    '%s: puts batches and steps together, and cuts the last batch',
    async (kind) => {
      const model = probe({ sampler: (count) => sampler(kind, count) });
      const before = tf.memory().numTensors;
      const samples = await drawSamples(engine, model, { count: 5, batchSize: 2, random: new RandomStream(4) });
      expect(tf.memory().numTensors).toBe(before);
      const uniforms = new RandomStream(4).fillUniform(new Float32Array(5));
      expect([...samples]).toEqual(
        [...uniforms].flatMap((u) => [u, 2 * u, 3 * u].map((value) => expect.closeTo(value, 6))),
      );
      disposeModel(model);
    },
  );

  it('takes the samples from the program that finishes a sequential sampler, where it has one', async () => {
    const finishing = (count: number): Sampler => {
      const sum = tf.tidy(() => tf.variable(tf.zeros([count, 2]), false));
      return {
        kind: 'sequential',
        steps: 4,
        state: { sum },
        reset: program('reset', {}, () => {
          sum.assign(tf.zeros([count, 2]));
          return {};
        }),
        step: program('step', { at: position(), u: uniform([count, 2]) }, ({ at, u }) => {
          sum.assign(tf.add(sum, tf.mul(tf.cast(at!, 'float32'), tf.add(tf.mul(u!, 0), 1))));
          return { unread: u! };
        }),
        finish: program('finish', {}, () => ({ samples: tf.mul(sum, tf.tensor2d([[1, 10]])) })),
      };
    };
    const model = probe({ sampler: finishing });
    const before = tf.memory().numTensors;
    const samples = await drawSamples(engine, model, { count: 3, batchSize: 2, random: new RandomStream(4) });
    expect(tf.memory().numTensors).toBe(before);
    expect([...samples]).toEqual([6, 60, 6, 60, 6, 60]); // 0 + 1 + 2 + 3
    disposeModel(model);
  });

  it('an open sampler draws on and on from one compilation', async () => {
    const model = probe({ sampler: (count) => sampler('sequential', count) });
    const open = await openSampler(engine, model, 2);
    const random = new RandomStream(4);
    const [first, second] = [await open.draw(random), await open.draw(random)];
    expect(first).toHaveLength(6);
    expect(second).not.toEqual(first);
    await open.dispose();
    disposeModel(model);
  });
});

describe('a class-conditional model', () => {
  // Of the class c: a sample is (c, u), and the log-likelihood of (a, b) is a + b + 100 c.
  const direct = (count: number): Sampler => ({
    kind: 'direct',
    program: program('of a class', { u: uniform([count, 1]), y: labels([count]) }, ({ u, y }) => ({
      samples: tf.concat([tf.reshape(tf.cast(y!, 'float32'), [count, 1]), u!], 1),
    })),
  });
  const sequential = (count: number): Sampler => {
    const base = tf.tidy(() => tf.variable(tf.zeros([count, 1]), false));
    return {
      kind: 'sequential',
      steps: 2,
      state: { base },
      reset: program('reset', { u: uniform([count, 1]) }, ({ u }) => {
        base.assign(tf.clone(u!));
        return {};
      }),
      step: program('step', { at: position(), y: labels([count]) }, ({ at, y }) => {
        const first = tf.equal(at!, 0);
        return { value: tf.where(first, tf.reshape(tf.cast(y!, 'float32'), [count, 1]), base) };
      }),
    };
  };
  const logLikelihood = {
    observation: 'continuous',
    estimator: 'exact',
    program: (count: number) =>
      program('likelihood of a class', { x: given([count, 2]), y: labels([count]) }, ({ x, y }) => ({
        logLikelihood: tf.add(tf.sum(x!, 1), tf.mul(tf.cast(y!, 'float32'), 100)),
      })),
  } as const;
  const classes = Int32Array.of(2, 0, 1, 2, 1);
  const options = (some: { labels?: Int32Array } = {}) => ({
    count: 5,
    batchSize: 2,
    random: new RandomStream(4),
    ...some,
  });

  it.each([
    ['direct', direct],
    ['sequential', sequential],
  ])('%s: draws each sample of its own class, whatever the batches', async (_, sampler) => {
    const model = probe({ sampler, conditional: true });
    const samples = await drawSamples(engine, model, options({ labels: classes }));
    const uniforms = new RandomStream(4).fillUniform(new Float32Array(5));
    expect([...samples]).toEqual([...uniforms].flatMap((u, i) => [classes[i], u]));
    disposeModel(model);
  });

  it('states the likelihood of each example under its own class', async () => {
    const model = probe({ logLikelihood, conditional: true });
    const examples = Float32Array.from({ length: 10 }, (_, i) => i);
    const nats = await logLikelihoods(engine, model, examples, options({ labels: classes }));
    expect([...nats]).toEqual([201, 5, 109, 213, 117]);
    disposeModel(model);
  });

  it('refuses to draw or to judge without a class for each example', async () => {
    const model = probe({ sampler: direct, logLikelihood, conditional: true });
    const asked = [options(), options({ labels: Int32Array.of(1) })];
    for (const each of asked) {
      const refusal = /the model is class-conditional and expects `labels` \[5\], got (none|1 labels); pass one class/;
      await expect(drawSamples(engine, model, each)).rejects.toThrow(refusal);
      await expect(logLikelihoods(engine, model, new Float32Array(10), each)).rejects.toThrow(refusal);
    }
    const open = await openSampler(engine, model, 2);
    await expect(open.draw(new RandomStream(4))).rejects.toThrow('expects `labels` [2], got none');
    await open.dispose();
    disposeModel(model);
  });
});

describe('logLikelihoods', () => {
  const likelihood = (observation: 'binary' | 'continuous') => ({
    observation,
    estimator: 'exact',
    program: (count: number) =>
      program('likelihood', { x: given([count, 2]), noise: normal([1]) }, ({ x }) => ({
        logLikelihood: tf.sum(x!, 1),
      })),
  });
  const options = (count: number) => ({ count, batchSize: 3, random: new RandomStream(1) });

  it('gives one number per example and leaves the padding of the last batch out', async () => {
    const model = probe({ logLikelihood: likelihood('continuous') });
    const examples = Float32Array.from({ length: 14 }, (_, i) => i);
    const nats = await logLikelihoods(engine, model, examples, options(7));
    expect([...nats]).toEqual([1, 5, 9, 13, 17, 21, 25]);
    disposeModel(model);
  });

  it('refuses grey values where the model observes binary ones, examples of no one size, and models without likelihood', async () => {
    const model = probe({ logLikelihood: likelihood('binary') });
    const none = probe();
    await expect(logLikelihoods(engine, model, Float32Array.of(0, 0.5), options(1))).rejects.toThrow(
      /got 0.5 at 1; binarise/,
    );
    await expect(logLikelihoods(engine, model, new Float32Array(3), options(2))).rejects.toThrow(/not 2 examples/);
    await expect(logLikelihoods(engine, none, new Float32Array(2), options(1))).rejects.toThrow(/no likelihood/);
    disposeModel(model);
    disposeModel(none);
  });
});

describe('openReconstruction', () => {
  const halved = (conditional: boolean) =>
    probe({
      ...(conditional && { conditional }),
      reconstruct: (count) =>
        program('halved', { x: given([count, 2]), ...(conditional && { y: labels([count]) }) }, ({ x, y }) => {
          const half = tf.mul(x!, 0.5);
          return { reconstruction: y ? tf.add(half, tf.reshape(tf.cast(y, 'float32'), [count, 1])) : half };
        }),
    });
  const examples = Float32Array.from({ length: 10 }, (_, i) => i);
  const random = new RandomStream(1);
  const reconstruct = (reconstruction: PerExample, classes?: Int32Array): Promise<Float32Array> =>
    reconstruction.of(examples, { count: 5, random, ...(classes && { labels: classes }) });

  it('asks in batches, the last one padded, and gives the examples in their order', async () => {
    const model = halved(false);
    const reconstruction = await openReconstruction(engine, model, 3);
    expect(await reconstruct(reconstruction)).toEqual(examples.map((value) => value / 2));
    await reconstruction.dispose();
    disposeModel(model);
  });

  it('tells a class-conditional model the class of each example, and wants to know it', async () => {
    const model = halved(true);
    const reconstruction = await openReconstruction(engine, model, 2);
    const classes = Int32Array.of(5, 4, 3, 2, 1);
    const expected = examples.map((value, i) => value / 2 + classes[Math.floor(i / 2)]!);
    expect(await reconstruct(reconstruction, classes)).toEqual(expected);
    await expect(reconstruct(reconstruction)).rejects.toThrow('reconstruction: the model is class-conditional');
    await reconstruction.dispose();
    disposeModel(model);
  });

  it('is an error of a model without an encoder, and of one whose program says something else', async () => {
    const [none, other] = [
      probe(),
      probe({ reconstruct: (count) => program('other', { x: given([count, 2]) }, ({ x }) => ({ y: tf.neg(x) })) }),
    ];
    await expect(openReconstruction(engine, none, 1)).rejects.toThrow(/no encoder/);
    await expect(reconstruct(await openReconstruction(engine, other, 1))).rejects.toThrow(
      'program other must give float32 `reconstruction` of shape [1, ...]',
    );
    disposeModel(none);
    disposeModel(other);
  });
});

describe('openCodes', () => {
  const examples = Float32Array.from({ length: 10 }, (_, i) => i);
  const asked = { count: 5, random: new RandomStream(1) };
  /** The code of a point is its sum, plus its class. A code is decoded to itself twice, less the class. */
  const summed = (conditional: boolean, size = 1): GenerativeModel => {
    const classes = (count: number) => (conditional ? { y: labels([count]) } : {});
    const column = (y: tf.Tensor | undefined, count: number): tf.Tensor =>
      y ? tf.reshape(tf.cast(y, 'float32'), [count, 1]) : tf.zeros([count, 1]);
    return probe({
      ...(conditional && { conditional }),
      codes: {
        size,
        encode: (count) =>
          program('encode', { x: given([count, 2]), ...classes(count) }, ({ x, y }) => ({
            codes: tf.add(tf.sum(x!, 1, true), column(y, count)),
          })),
        decode: (count) =>
          program('decode', { codes: given([count, 1]), ...classes(count) }, ({ codes, y }) => ({
            decoded: tf.tile(tf.sub(codes!, column(y, count)), [1, 2]),
          })),
      },
    });
  };

  it('goes there and back in batches, the last one padded', async () => {
    const model = summed(false);
    const codes = await openCodes(engine, model, 3);
    expect(codes.size).toBe(1);
    expect(await codes.encode(examples, asked)).toEqual(Float32Array.of(1, 5, 9, 13, 17));
    const decoded = await codes.decode(Float32Array.of(1, 2, 3, 4, 5), asked);
    expect(decoded).toEqual(Float32Array.of(1, 1, 2, 2, 3, 3, 4, 4, 5, 5));
    await codes.dispose();
    disposeModel(model);
  });

  it('tells a class-conditional model the class of each example both ways, and wants to know it', async () => {
    const model = summed(true);
    const codes = await openCodes(engine, model, 3);
    const told = { ...asked, labels: Int32Array.of(5, 4, 3, 2, 1) };
    expect(await codes.encode(examples, told)).toEqual(Float32Array.of(6, 9, 12, 15, 18));
    expect(await codes.decode(new Float32Array(5), told)).toEqual(
      Float32Array.of(-5, -5, -4, -4, -3, -3, -2, -2, -1, -1),
    );
    await expect(codes.encode(examples, asked)).rejects.toThrow('encode: the model is class-conditional');
    await expect(codes.decode(new Float32Array(5), asked)).rejects.toThrow('decode: the model is class-conditional');
    await codes.dispose();
    disposeModel(model);
  });

  it('is an error of a model without codes, of codes of another size than declared, and of other numbers of them', async () => {
    const [none, two] = [probe(), summed(false, 2)];
    await expect(openCodes(engine, none, 1)).rejects.toThrow(/no codes/);
    const codes = await openCodes(engine, two, 5);
    await expect(codes.encode(examples, asked)).rejects.toThrow(
      'declares codes of size 2, its program gives 1 numbers',
    );
    await expect(codes.decode(new Float32Array(9), asked)).rejects.toThrow('5 codes of size 2 expected, got 9 values');
    await codes.dispose();
    disposeModel(none);
    disposeModel(two);
  });
});
