import * as tf from '@tensorflow/tfjs-core';
import type { DataSpec } from '@kindred/data';
import { openEngine, type Engine, type EngineKind } from '@kindred/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerativeModel, ModelFamily } from '../contract.ts';
import { resolveOptions } from '../options.ts';
import { loadParameters, saveParameters } from '../parameter-file.ts';
import { disposeModel } from '../variables.ts';
import { describeAgreement } from './agreement.ts';
import { codesProblems } from './codes.ts';
import { exampleProblems } from './example-problems.ts';
import { refusalsOf } from './refusals.ts';
import {
  draw,
  likelihoods,
  likelihoodsCounted,
  reconstruct,
  reconstructed,
  samplesDrawn,
  subject,
  train,
  type Subject,
} from './subject.ts';
import { imageSpec, pointsSpec, sequenceSpec, toyLabels } from './toy-data.ts';

export interface ContractOptions {
  /** Engines that must agree with `cpu`; default: `onnx`. */
  readonly engines?: readonly EngineKind[];
  /** Data to test with; default: points [2], images [8, 8, 1] and sequences [8], those that the family supports. */
  readonly specs?: readonly DataSpec[];
  /** Training steps after which the first loss must have fallen, at least 10; default 40. */
  readonly steps?: number;
  /** Options for all variants, over their own: smaller networks, as the reference engine is slow. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const toySpecs = [pointsSpec, imageSpec, sequenceSpec];

/**
 * The contract test suite: call it at the top of a test file of the family. It trains each variant on eight small examples with
 * the reference engine `cpu`.
 */
export function describeModelContract<Options extends object>(
  family: ModelFamily<Options>,
  { engines = ['onnx'], specs = toySpecs, steps = 40, options: overrides = {} }: ContractOptions = {},
): void {
  describe(`contract of ${family.name}`, () => {
    describeOptions(family, specs);
    for (const variant of Object.keys(family.variants)) {
      const options = resolveOptions(family, variant, overrides);
      for (const spec of specs.filter((spec) => family.supports(spec, options))) {
        describe(`${variant} on ${spec.kind} [${spec.shape.join(', ')}]`, () => {
          const about = subject(family, variant, spec, { steps, overrides });
          describeModel(about);
          for (const kind of engines) describeAgreement(about, kind);
        });
      }
    }
  });
}

function describeOptions<Options extends object>(family: ModelFamily<Options>, specs: readonly DataSpec[]): void {
  it('has variants, all of them valid, and supports some of the data', () => {
    const variants = Object.keys(family.variants);
    expect(variants).not.toHaveLength(0);
    for (const variant of variants) expect(() => resolveOptions(family, variant)).not.toThrow();
    expect(specs.some((spec) => family.supports(spec))).toBe(true);
  });

  it('refuses options out of range, of the wrong type or unknown, with their path', () => {
    const variant = Object.keys(family.variants)[0]!;
    for (const { overrides, path } of refusalsOf(family.options)) {
      expect(() => resolveOptions(family, variant, overrides)).toThrow(`  ${path}`);
    }
  });
}

function describeModel(about: Subject): void {
  const { spec, likelihood, steps, build } = about;
  let engine: Engine;
  let model: GenerativeModel;
  let losses: Record<string, number>[];
  let tensorsBefore: number;

  beforeAll(async () => {
    engine = await openEngine({ kind: 'cpu' });
    tensorsBefore = tf.memory().numTensors;
    model = build();
    losses = await train(engine, model, about, steps);
  });

  afterAll(() => engine.dispose());

  it('takes a batch through the real training path: named, finite losses, every step the same ones', () => {
    const names = Object.keys(losses[0]!);
    expect(names).not.toHaveLength(0);
    for (const step of losses) expect(Object.keys(step)).toEqual(names);
  });

  it('learns: its first loss falls on eight examples', () => {
    const name = Object.keys(losses[0]!)[0]!;
    const mean = (part: Record<string, number>[]): number => part.reduce((sum, step) => sum + step[name]!, 0) / 5;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)));
  });

  it('draws samples of the right size and range, the same from the same seed, others from another', async () => {
    const samples = await draw(engine, model, about);
    expect(exampleProblems('samples', samples, { spec, count: samplesDrawn })).toEqual([]);
    expect(await draw(engine, model, about)).toEqual(samples);
    expect(await draw(engine, model, about, { seed: 2 })).not.toEqual(samples);
    expect(model.sampleMeaning).not.toBe('');
  });

  it('asks for the class of each example if it is conditional: others give other samples and likelihoods, none is an error', async () => {
    if (!model.conditional) return;
    expect(spec.classes).toBeGreaterThan(1);
    const moved = (count: number) => toyLabels(spec, count).map((label) => (label + 1) % spec.classes);
    const samples = await draw(engine, model, about);
    expect(await draw(engine, model, about, { labels: moved(samplesDrawn) })).not.toEqual(samples);
    await expect(draw(engine, model, about, { labels: new Int32Array(0) })).rejects.toThrow(/class-conditional/);
    if (likelihood === 'none') return;
    const nats = await likelihoods(engine, model, about);
    expect(await likelihoods(engine, model, about, moved(likelihoodsCounted))).not.toEqual(nats);
  });

  it('counts its updates per training step in whole numbers, if it tells them', () => {
    for (const updates of Object.values(model.updatesPerStep ?? {})) {
      expect(Number.isSafeInteger(updates) && updates > 0).toBe(true);
    }
  });

  it('states a likelihood exactly if the family declares one', () => {
    expect(model.logLikelihood !== undefined).toBe(likelihood !== 'none');
  });

  it.skipIf(likelihood === 'none')('gives one finite log-likelihood per example, the padding left out', async () => {
    const nats = await likelihoods(engine, model, about);
    expect(nats).toHaveLength(likelihoodsCounted);
    expect(nats.every(Number.isFinite)).toBe(true);
    // The probability of binary images and of tokens is a mass, at most 1; a density has no upper limit.
    expect(model.logLikelihood?.observation !== 'continuous' && Math.max(...nats) > 0).toBe(false);
  });

  it('reconstructs examples, if it has an encoder: their size and range, grey ones too', async () => {
    if (!model.reconstruct) return;
    const again = await reconstruct(engine, model, about);
    expect(exampleProblems('reconstructions', again, { spec, count: reconstructed })).toEqual([]);
  });

  it('goes from examples to codes and back, if it has codes: each depends on the other, and they agree with its reconstruction', async () => {
    expect(await codesProblems(engine, model, about)).toEqual([]);
  });

  it('saves and loads: a fresh build with the parameters of this one draws the same samples', async () => {
    const other = build(1);
    const before = await draw(engine, other, about);
    loadParameters(engine, other.parameters, saveParameters(engine, model.parameters));
    const after = await draw(engine, other, about);
    disposeModel(other);
    expect(after).toEqual(await draw(engine, model, about));
    expect(after).not.toEqual(before);
  });

  it('trains the same from the same seed', async () => {
    const other = build();
    const again = await train(engine, other, about, 2);
    disposeModel(other);
    expect(again).toEqual(losses.slice(0, 2));
  });

  // Stays the last one: it disposes the model.
  it('leaves no tensor behind once it is disposed', () => {
    disposeModel(model);
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });
}
