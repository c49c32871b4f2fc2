import type { Engine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { openCodes, type OpenCodes } from '../codes.ts';
import type { GenerativeModel } from '../contract.ts';
import { exampleProblems } from './example-problems.ts';
import { reconstruct, reconstructed as count, type Subject } from './subject.ts';
import { toyBatch, toyCount, toyLabels } from './toy-data.ts';

/** In runs of four, of which the last one is padded. */
const codesPerRun = 4;

/** Standard deviations of the prior that codes are decoded at: as far out as traversals go. */
const reach = 3;

type Asked = Pick<Subject, 'spec'>;

/** Codes [count, size] of seven of the toy examples; a conditional model is told their classes unless others are given. */
export const encode = (
  engine: Engine,
  model: GenerativeModel,
  { spec }: Asked,
  { seed = 0, labels = toyLabels(spec, count) }: { readonly seed?: number; readonly labels?: Int32Array } = {},
): Promise<Float32Array> => {
  const { examples } = toyBatch(spec);
  const some = examples.subarray(0, (examples.length / toyCount) * count);
  const random = new RandomStream(seed, 'encode');
  return withCodes(engine, model, (codes) => codes.encode(some, { count, random, labels }));
};

/** Seven codes, decoded; labels as for `encode`. */
export const decode = (
  engine: Engine,
  model: GenerativeModel,
  { spec }: Asked,
  codes: Float32Array,
  { seed = 0, labels = toyLabels(spec, count) }: { readonly seed?: number; readonly labels?: Int32Array } = {},
): Promise<Float32Array> => {
  const random = new RandomStream(seed, 'decode');
  return withCodes(engine, model, (open) => open.decode(codes, { count, random, labels }));
};

async function withCodes<T>(engine: Engine, model: GenerativeModel, use: (codes: OpenCodes) => Promise<T>): Promise<T> {
  const codes = await openCodes(engine, model, codesPerRun);
  try {
    return await use(codes);
  } finally {
    await codes.dispose();
  }
}

/** What is wrong with a model's codes; nothing of a model that has none. */
export async function codesProblems(engine: Engine, model: GenerativeModel, about: Asked): Promise<string[]> {
  if (!model.codes) return [];
  const { size } = model.codes;
  if (!Number.isSafeInteger(size) || size < 1) return [`codes: size ${size} is not a whole number of at least 1`];
  const codes = await encode(engine, model, about);
  if (!codes.every(Number.isFinite)) return ['codes: not all values are finite'];
  const decoded = await decode(engine, model, about, codes);
  const wrong = exampleProblems('decoded codes', decoded, { ...about, count });
  if (wrong.length > 0) return wrong;
  return [
    ...(await decoderProblems(engine, model, about)),
    ...(await encoderProblems(engine, model, about)),
    ...(await drawProblems(engine, model, about, { codes, decoded })),
    ...(await reconstructionProblems(engine, model, about, decoded)),
  ];
}

/** Codes far out, all of them decoded as one class, and then as another where the model is told classes. */
async function decoderProblems(engine: Engine, model: GenerativeModel, about: Asked): Promise<string[]> {
  const far = new RandomStream('codes').fillNormal(new Float32Array(count * (model.codes?.size ?? 0)));
  const decodedAs = (label: number): Promise<Float32Array> =>
    decode(
      engine,
      model,
      about,
      far.map((value) => reach * value),
      { labels: new Int32Array(count).fill(label) },
    );
  const decoded = await decodedAs(0);
  const deaf = model.conditional && furthest(decoded, await decodedAs(1)) === 0;
  return [
    ...exampleProblems('decoded codes far out', decoded, { ...about, count }),
    ...(isConstant(decoded) ? ['decode: all codes give the same example; the decoder does not read its input'] : []),
    ...(deaf ? ['decode: all classes give the same examples; a conditional decoder reads them'] : []),
  ];
}

/** Different examples, all of them told to be of one class. */
async function encoderProblems(engine: Engine, model: GenerativeModel, about: Asked): Promise<string[]> {
  const codes = await encode(engine, model, about, { labels: new Int32Array(count) });
  return isConstant(codes) ? ['encode: all examples have the same codes; the encoder does not read its input'] : [];
}

interface ThereAndBack {
  readonly codes: Float32Array;
  readonly decoded: Float32Array;
}

/** The posterior's mean and the decoder's are numbers, not draws. */
async function drawProblems(
  engine: Engine,
  model: GenerativeModel,
  about: Asked,
  { codes, decoded }: ThereAndBack,
): Promise<string[]> {
  const seed = 1;
  const encodes = furthest(await encode(engine, model, about, { seed }), codes) > 0;
  const decodes = furthest(await decode(engine, model, about, codes, { seed }), decoded) > 0;
  return [
    ...(encodes ? ['encode: codes are draws, not means: another seed gives others'] : []),
    ...(decodes ? ['decode: decoded codes are draws, not means: another seed gives others'] : []),
  ];
}

/** Of a model whose reconstruction draws nothing. Both ways are the same sums, so they agree to float32's rounding. */
async function reconstructionProblems(
  engine: Engine,
  model: GenerativeModel,
  about: Asked,
  decoded: Float32Array,
): Promise<string[]> {
  const inputs = Object.values(model.reconstruct?.(codesPerRun).inputs ?? {});
  if (!model.reconstruct || inputs.some(({ source: { kind } }) => kind === 'normal' || kind === 'uniform')) return [];
  const distance = furthest(await reconstruct(engine, model, about), decoded);
  return distance <= 1e-5 ? [] : [`codes: decode(encode(x)) is up to ${distance} away from reconstruct(x)`];
}

/** Whether all of the rows are alike. */
function isConstant(values: Float32Array): boolean {
  const width = values.length / count;
  return values.every((value, i) => value === values[i % width]);
}

/** The largest absolute difference. */
const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
