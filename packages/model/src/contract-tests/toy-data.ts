import type { DataSpec } from '@kindred/data';
import { RandomStream } from '@kindred/random';
import type { Batch } from '../trainer.ts';

export const pointsSpec: DataSpec = { kind: 'points', shape: [2], range: null, classes: 8 };
export const imageSpec: DataSpec = { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 8 };

export const sequenceSpec: DataSpec = { kind: 'sequence', shape: [8], range: [0, 4], vocabulary: 5, classes: 0 };

/** Number of examples in `toyBatch`. */
export const toyCount = 8;

/** Eight examples of the spec, each of its own class: points on a circle of radius 1, images of one bright bar with some grey, or tokens that count up. */
export function toyBatch(spec: DataSpec): Batch & { readonly labels: Int32Array } {
  return {
    examples: examplesOf(spec),
    labels: toyLabels(spec, toyCount),
  };
}

function examplesOf(spec: DataSpec): Float32Array {
  if (spec.kind === 'image') return bars(spec.shape);
  return spec.kind === 'sequence' ? counting(spec) : circle(spec.shape[0]);
}

/** Labels of `count` examples, [count]: the classes in turn. */
export const toyLabels = (spec: DataSpec, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => i % Math.max(spec.classes, 1));

/** A training step's worth of examples: the eight ones, so many times over. */
export function toyBatches(spec: DataSpec, times: number): Batch {
  const { examples, labels } = toyBatch(spec);
  const all = new Float32Array(times * examples.length);
  for (let i = 0; i < times; i++) all.set(examples, i * examples.length);
  return { examples: all, labels: Int32Array.from({ length: times * toyCount }, (_, i) => labels[i % toyCount] ?? 0) };
}

function circle(dimensions: number): Float32Array {
  return Float32Array.from({ length: toyCount * dimensions }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / dimensions)) / toyCount;
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

/** Each example counts from its own number on, by ones, and begins anew after the last token. */
function counting({ shape: [length], vocabulary }: Extract<DataSpec, { kind: 'sequence' }>): Float32Array {
  return Float32Array.from(
    { length: toyCount * length },
    (_, i) => (Math.floor(i / length) + (i % length)) % vocabulary,
  );
}

function bars([height, width, channels]: readonly [number, number, number]): Float32Array {
  const random = new RandomStream('toy images');
  return Float32Array.from({ length: toyCount * height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const row = Math.floor(pixel / width) % height;
    const column = pixel % width;
    const example = Math.floor(pixel / (width * height));
    const line = Math.floor(example / 2);
    const bright =
      example % 2 === 0 ? row === line * 2 || row === line * 2 + 1 : column === line * 2 || column === line * 2 + 1;
    return bright ? 1 - 0.2 * random.uniform() : 0.1 * random.uniform();
  });
}

/** The examples as zeros and ones, cut at one half. */
export const binarised = (examples: Float32Array): Float32Array => examples.map((value) => (value > 0.5 ? 1 : 0));
