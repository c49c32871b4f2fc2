import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ImageShape } from './classifier-task.ts';
import { imageResizer } from './resize-images.ts';

const length = z.int().min(1);

const schema = z
  .strictObject({
    input: z.strictObject({
      /** Name of the model's one input. */
      name: z.string().min(1),
      layout: z.enum(['NCHW', 'NHWC']),
      /** Height and width in pixels that the model takes. */
      size: z.tuple([length, length]),
      /** 1: grey, 3: red, green and blue. Grey images are repeated where 3 are wanted. */
      channels: z.union([z.literal(1), z.literal(3)]),
      resize: z.enum(['antialiased-bicubic', 'antialiased-bilinear', 'none']),
      /** What intensities of 0 and 1 become, before mean and deviation: [0, 255] for 8-bit values. */
      range: z.tuple([z.number(), z.number()]),
      /** Of each channel, on the scale of `range`: values become (value - mean) / std. */
      mean: z.array(z.number()),
      std: z.array(z.number().positive()),
    }),
    output: z.strictObject({
      /** Name of the output that holds the features, [images, columns]. */
      name: z.string().min(1),
      columns: length,
    }),
  })
  .superRefine(({ input }, context) => {
    for (const name of ['mean', 'std'] as const) {
      const got = input[name].length;
      if (got === input.channels) continue;
      const message = `needs ${input.channels} values, one for each channel, got ${got}`;
      context.addIssue({ code: 'custom', path: ['input', name], message });
    }
    if (!(input.range[0] < input.range[1])) {
      context.addIssue({ code: 'custom', path: ['input', 'range'], message: 'needs the lower value first' });
    }
  });

/** How images become the input of an ONNX model, and which of its outputs are the features. */
export type OnnxPreprocessing = z.infer<typeof schema>;

/**
 * Reads how to feed a model from the JSON file beside it.
 *
 * @param file of the declaration, `<model>.onnx.json`
 * @throws Error that names the file, when it cannot be read, is no JSON, or has problems, each told with its path
 */
export async function readPreprocessing(file: string): Promise<OnnxPreprocessing> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(
      `onnx extractor: ${file} cannot be read; it must lie beside the model and declare input and output: see openOnnxExtractor.`,
      { cause: error },
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`onnx extractor: ${file} is no JSON; correct it: ${String(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`onnx extractor: ${file} must be changed:\n${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}

/**
 * A function that writes one image [height, width, channels] with values in 0 ... 1 as the model wants it. Resized values are
 * cut off at 0 and 1, as those of 8-bit images would be.
 *
 * @throws RangeError when images of this shape cannot become the model's input
 */
export function preparation(
  name: string,
  { input }: OnnxPreprocessing,
  [height, width, depth]: ImageShape,
): (image: Float32Array, target: Float32Array) => void {
  const { layout, size, channels, resize, range, mean, std } = input;
  if (depth !== channels && depth !== 1) {
    throw new RangeError(`${name}: takes images with ${channels} channels, got ${depth}; use another extractor.`);
  }
  if (resize === 'none' && (height !== size[0] || width !== size[1])) {
    throw new RangeError(
      `${name}: takes images of ${size.join(' x ')} pixels, got ${height} x ${width}; declare a resizing other than none.`,
    );
  }
  const resized =
    resize === 'none' ? (image: Float32Array) => image : imageResizer([height, width], size, depth, resize);
  const pixels = size[0] * size[1];
  return (image, target) => {
    const values = resized(image);
    for (let c = 0; c < channels; c++) {
      const [centre, scale] = [mean[c] ?? 0, std[c] ?? 1];
      for (let pixel = 0; pixel < pixels; pixel++) {
        const intensity = Math.min(Math.max(values[pixel * depth + (depth === 1 ? 0 : c)] ?? 0, 0), 1);
        const at = layout === 'NCHW' ? c * pixels + pixel : pixel * channels + c;
        target[at] = (range[0] + intensity * (range[1] - range[0]) - centre) / scale;
      }
    }
  };
}
