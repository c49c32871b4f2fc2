import { basename } from 'node:path';
import { openOnnxModel, runtimeOf, type OnnxModelFile, type OnnxPort } from '@kindred/engine';
import type { ImageShape } from './classifier-task.ts';
import { extractorCode } from './code-hash.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { preparation, readPreprocessing, type OnnxPreprocessing } from './onnx-preprocessing.ts';
import { programRunSize, runBatches } from './run-batches.ts';
import { keyOf } from './sha256.ts';

/** Values of the model's input in one run, where it leaves the number of images open: 64 MiB. */
const mostValues = 2 ** 24;

/**
 * A feature space `onnx:<name of the file>`: any extractor that somebody has trained and saved as an ONNX file, Inception or DINOv2
 * say. A JSON file beside it, `<file>.json`, declares how images become its input and which output holds the features:
 *
 * ```json
 * {
 *   "input": { "name": "pixels", "layout": "NCHW", "size": [299, 299], "channels": 3, "resize": "antialiased-bicubic",
 *              "range": [0, 1], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] },
 *   "output": { "name": "pool3", "columns": 2048 }
 * }
 * ```
 *
 * The model has one input, float32, of rank 4; the output is [images, columns], float32. It runs in ONNX Runtime on the processor.
 *
 * @param file path of the .onnx file, with its weights inside
 * @param shape [height, width, channels] of the images to come, with values in 0 ... 1 and 1 or 3 channels
 * @returns an extractor of `output.columns` columns, in the model's own units; dispose of it in the end
 * @throws Error when a file is missing or refused, the declaration is wrong or does not fit the model; RangeError when it does not fit
 * the shape. `extract` throws when an output has another shape than was declared, or is not finite.
 * @see Parmar et al. 2022, arXiv:2104.11222, for how much the preprocessing decides
 */
export async function openOnnxExtractor(file: string, shape: ImageShape): Promise<FeatureExtractor> {
  const name = `onnx:${basename(file, '.onnx')}`;
  const declared = await readPreprocessing(`${file}.json`);
  const prepare = preparation(name, declared, shape);
  const model = await openOnnxModel(file);
  try {
    checkModel(`${name}: ${file}.json`, model, declared);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  const { input, output } = declared;
  const dimensions = dimensionsOf(input);
  const inputSize = dimensions.reduce((product, value) => product * value, 1);
  const runSize =
    model.inputs[0]?.shape[0] ?? Math.min(programRunSize, Math.max(1, Math.floor(mostValues / inputSize)));
  const size = shape[0] * shape[1] * shape[2];
  const prepared = new Float32Array(runSize * inputSize);
  const run = async (x: Float32Array): Promise<Float32Array> => {
    for (let i = 0; i < runSize; i++) {
      prepare(x.subarray(i * size, (i + 1) * size), prepared.subarray(i * inputSize, (i + 1) * inputSize));
    }
    const feeds = { [input.name]: { values: prepared, shape: [runSize, ...dimensions] } };
    const result = (await model.run(feeds, [output.name]))[output.name];
    if (!(result?.values instanceof Float32Array) || result.shape.join() !== [runSize, output.columns].join()) {
      throw new Error(
        `${name}: output ${output.name} must be float32 of shape [${runSize}, ${output.columns}], got ` +
          `[${result?.shape.join(', ')}]; correct output.columns in ${file}.json, or name another output.`,
      );
    }
    return result.values;
  };
  return {
    name,
    key: keyOf({ code: await extractorCode(), runtime: runtimeOf('onnx'), model: model.digest, declared, shape }),
    description: `${output.columns} values of output ${output.name} of ${basename(file)}; ${resizingText(declared, shape)}`,
    columns: output.columns,
    extract: async (samples, count) => {
      const features = await runBatches({ name, size, runSize, columns: output.columns, run }, samples, count);
      checkOutputs(name, features.data, declared);
      return features;
    },
    dispose: () => model.dispose(),
  };
}

const dimensionsOf = ({ layout, size, channels }: OnnxPreprocessing['input']): number[] =>
  layout === 'NCHW' ? [channels, ...size] : [...size, channels];

/** Throws unless the declaration fits what the model says of itself; lengths that it leaves open fit all. */
function checkModel(subject: string, { inputs, outputs }: OnnxModelFile, { input, output }: OnnxPreprocessing): void {
  const problems: string[] = [];
  const expect = (field: string, ports: readonly OnnxPort[], name: string, shape: readonly (number | null)[]): void => {
    const port = ports.find((each) => each.name === name);
    if (!port) {
      problems.push(
        `${field}.name: the model has no ${field} ${name}; it has ${ports.map((each) => each.name).join(', ')}`,
      );
      return;
    }
    const fits =
      port.shape.length === shape.length &&
      port.shape.every((length, axis) => length === null || shape[axis] === null || length === shape[axis]);
    if (port.dtype !== 'float32' || !fits) {
      problems.push(`${field}: declares float32${text(shape)}, but the model has ${port.dtype}${text(port.shape)}`);
    }
  };
  expect('input', inputs, input.name, [null, ...dimensionsOf(input)]);
  if (inputs.length > 1) {
    problems.push(`input: the model must have one input, it has ${inputs.map(({ name }) => name).join(', ')}`);
  }
  expect('output', outputs, output.name, [null, output.columns]);
  if (problems.length > 0) {
    throw new Error(`${subject} does not fit the model; correct it:\n  ${problems.join('\n  ')}`);
  }
}

const text = (shape: readonly (number | null)[]): string => `[${shape.map((length) => length ?? '?').join(', ')}]`;

function checkOutputs(name: string, data: Float32Array, { output }: OnnxPreprocessing): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new Error(
    `${name}: output ${output.name} of sample ${Math.floor(at / output.columns)} is ${data[at]} at column ` +
      `${at % output.columns}; check range, mean and std of the declaration.`,
  );
}

function resizingText({ input }: OnnxPreprocessing, [height, width, depth]: ImageShape): string {
  const size = `${height} x ${width} pixels`;
  const resized = input.resize === 'none' ? size : `${size} resized to ${input.size.join(' x ')} (${input.resize})`;
  return depth === input.channels ? resized : `${resized}, grey as colour`;
}
