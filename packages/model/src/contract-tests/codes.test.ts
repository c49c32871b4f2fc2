import * as tf from '@tensorflow/tfjs-core';
import { given, labels, normal, openEngine, program, type Engine } from '@kindred/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Codes, GenerativeModel } from '../contract.ts';
import { codesProblems } from './codes.ts';
import { imageSpec } from './toy-data.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const { shape } = imageSpec;
const size = shape.reduce((product: number, length) => product * length, 1);
const cut = (x: tf.Tensor): tf.Tensor => tf.clipByValue(x, 0, 1);
const asCodes = (x: tf.Tensor, count: number): tf.Tensor => tf.reshape(x, [count, size]);
const asImages = (x: tf.Tensor, count: number): tf.Tensor => tf.reshape(x, [count, ...shape]);

const encodes = (encode: (x: tf.Tensor, count: number) => tf.Tensor): Pick<Codes, 'encode'> => ({
  encode: (count) => program('encode', { x: given([count, ...shape]) }, ({ x }) => ({ codes: encode(x, count) })),
});
const decodes = (decode: (codes: tf.Tensor, count: number) => tf.Tensor): Pick<Codes, 'decode'> => ({
  decode: (count) =>
    program('decode', { codes: given([count, size]) }, ({ codes }) => ({ decoded: decode(codes, count) })),
});
const reconstructs = (answer: (x: tf.Tensor) => tf.Tensor): Partial<GenerativeModel> => ({
  reconstruct: (count) =>
    program('reconstruct', { x: given([count, ...shape]) }, ({ x }) => ({ reconstruction: answer(x) })),
});

/** A model whose codes are its pixels: nothing is wrong with it but for what `codes` and `parts` say. */
const modelWith = (codes: Partial<Codes>, parts: Partial<GenerativeModel>): GenerativeModel => ({
  parameters: {},
  trainingState: {},
  trainStep: program('none', {}, () => ({ loss: tf.scalar(0) })),
  sampler: () => ({ kind: 'direct', program: program('none', {}, () => ({ samples: tf.zeros([1]) })) }),
  sampleMeaning: 'nothing',
  codes: { size, ...encodes(asCodes), ...decodes((codes, count) => cut(asImages(codes, count))), ...codes },
  ...parts,
});

const problemsOf = (codes: Partial<Codes>, parts = reconstructs(cut)): Promise<string[]> =>
  codesProblems(engine, modelWith(codes, parts), { spec: imageSpec });

const addNoise = (x: tf.Tensor, noise: tf.Tensor): tf.Tensor => cut(tf.add(x, noise));

describe('the contract of codes', () => {
  it('accepts codes that are right, and a model without any', async () => {
    expect(await problemsOf({})).toEqual([]);
    const { codes: _codes, ...without } = modelWith({}, {});
    expect(await codesProblems(engine, without, { spec: imageSpec })).toEqual([]);
  });

  it.each<[string, Partial<Codes>, RegExp]>([
    ['no size', { size: 0 }, /size 0 is not a whole number/],
    [
      'codes that are no numbers',
      encodes((x, count) => tf.log(tf.sub(asCodes(x, count), 2))),
      /not all values are fin/,
    ],
    ['a deaf encoder', encodes((_x, count) => tf.ones([count, size])), /all examples have the same codes/],
    ['a deaf decoder', decodes((_codes, count) => tf.fill([count, ...shape], 0.5)), /all codes give the same example/],
    ['decoded examples out of range', decodes(asImages), /decoded codes far out: .* is not in 0 ... 1/],
    [
      'another way back than its reconstruction',
      decodes((z, count) => cut(asImages(tf.neg(z), count))),
      /away from rec/,
    ],
  ])('refuses %s', async (_what, codes, problem) => {
    expect((await problemsOf(codes)).join('\n')).toMatch(problem);
  });

  it('refuses a size that is not that of the codes', async () => {
    const halved = encodes((x, count) => tf.slice(asCodes(x, count), [0, 0], [count, size / 2]));
    await expect(problemsOf(halved)).rejects.toThrow(`declares codes of size ${size}, its program gives ${size / 2}`);
  });

  it('refuses draws in the place of means', async () => {
    const encode: Codes['encode'] = (count) =>
      program('encode', { x: given([count, ...shape]), noise: normal([count, size]) }, ({ x, noise }) => ({
        codes: addNoise(asCodes(x, count), noise),
      }));
    const decode: Codes['decode'] = (count) =>
      program('decode', { codes: given([count, size]), noise: normal([count, size]) }, ({ codes, noise }) => ({
        decoded: asImages(addNoise(codes, noise), count),
      }));
    expect((await problemsOf({ encode })).join('\n')).toMatch(/codes are draws, not means/);
    expect((await problemsOf({ decode })).join('\n')).toMatch(/decoded codes are draws, not means/);
  });

  it('does not compare with a reconstruction that draws', async () => {
    const reconstruct = (count: number) =>
      program('reconstruct', { x: given([count, ...shape]), noise: normal([count, ...shape]) }, ({ x, noise }) => ({
        reconstruction: addNoise(x, noise),
      }));
    expect(await problemsOf({}, { reconstruct })).toEqual([]);
  });

  it('refuses a conditional decoder that does not read the class', async () => {
    const told =
      (weight: number): Codes['decode'] =>
      (count) =>
        program('decode', { codes: given([count, size]), y: labels([count]) }, ({ codes, y }) => {
          const darker = tf.mul(tf.reshape(tf.cast(y, 'float32'), [count, 1, 1, 1]), weight);
          return { decoded: cut(tf.sub(asImages(codes, count), darker)) };
        });
    const problems = (weight: number) => problemsOf({ decode: told(weight) }, { conditional: true });
    expect(await problems(0.1)).toEqual([]);
    expect(await problems(0)).toEqual(['decode: all classes give the same examples; a conditional decoder reads them']);
  });
});
