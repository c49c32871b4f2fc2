import type { OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { sizes4, type Pair, type Quad } from './geometry.ts';

/**
 * ONNX Runtime's convolution for x86 keeps channels in blocks as wide as a vector register, [N, C/B, h, w, B], and is about
 * twice as fast as the one for [N, C, h, w]. Its optimiser only takes it where filters are constants; a training step, where they
 * are variables, names the operators itself. With C = B channels the blocked layout is that of TF.js, [N, h, w, C].
 */
const convolution = 'com.microsoft.nchwc.Conv';
const reorderInput = 'com.microsoft.nchwc.ReorderInput';
const reorderOutput = 'com.microsoft.nchwc.ReorderOutput';

/** What a convolution of images with channels last is told. */
export interface Convolution {
  /** Height and width of the output. */
  readonly out: Pair;
  readonly pads: Quad;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** Added to each channel of the output: [channels]. */
  readonly bias?: Wire | undefined;
  readonly activation?: Activation | undefined;
}

/** An activation that ONNX Runtime's convolution applies as it writes its output. */
export type Activation =
  | { readonly operator: 'Relu' }
  | {
      readonly operator: 'LeakyRelu';
      /** Slope below zero. */
      readonly alpha: number;
    };

/** The block of the builder's target, where a strategy that needs one was chosen. */
export function blockOf({ target: { block } }: OnnxBuilder): number {
  if (block === null) throw new Error('this target has no blocked convolutions');
  return block;
}

/** The next multiple of the block. */
export const wholeBlocks = (channels: number, block: number): number => Math.ceil(channels / block) * block;

/** Multiply-adds of a blocked convolution over those that were asked for: channels are filled up to whole blocks. */
export function blockedWaste(inChannels: number, outChannels: number, block: number): number {
  const inputs = inChannels < block ? 1 : wholeBlocks(inChannels, block) / inChannels;
  return inputs * (wholeBlocks(outChannels, block) / outChannels);
}

/**
 * Convolves in blocks.
 * @param x [N, h, w, C]
 * @param filter [filterHeight, filterWidth, C, O]
 * @returns [N, outHeight, outWidth, O]
 */
export function blockedConvolution(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  block: number,
  how: Convolution,
): Wire {
  const outChannels = sizes4(filter)[3];
  return fromBlocks(onnx, blockedResult(onnx, { x, filter }, block, how), outChannels, block);
}

/** As `blockedConvolution`, but the result stays in blocks: [N, whole blocks of O, outHeight, outWidth], to be read by `fromBlocks`. */
export function blockedResult(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  block: number,
  { out, pads, strides, dilations, bias, activation }: Convolution,
): Wire {
  const [filterHeight, filterWidth, , outChannels] = sizes4(filter);
  const channels = wholeBlocks(outChannels, block);
  const inputs = [toBlocks(onnx, x, block), blockFilter(onnx, filter, block)];
  if (bias !== undefined) inputs.push(padEnd(onnx, bias, [channels]));
  return onnx.op(
    convolution,
    inputs,
    { shape: [sizes4(x)[0], channels, ...out], dtype: 'float32' },
    {
      pads,
      kernel_shape: [filterHeight, filterWidth],
      strides,
      dilations,
      group: 1,
      ...(activation && { activation: activation.operator }),
      ...(activation?.operator === 'LeakyRelu' && { activation_params: { floats: [activation.alpha] } }),
    },
  );
}

/** Images [N, h, w, C] as the operator takes them: fewer channels than a block go in as [N, C, h, w]. */
function toBlocks(onnx: OnnxBuilder, x: Wire, block: number): Wire {
  const [n, height, width, channels] = sizes4(x);
  if (channels < block) return onnx.transpose(x, [0, 3, 1, 2]);
  const whole = wholeBlocks(channels, block);
  const shape = [n, whole, height, width];
  if (channels === block) return onnx.reshape(x, shape);
  // The operator fills up to whole blocks itself, but takes multiples of 4 only.
  const images = channels % 4 === 0 ? x : padEnd(onnx, x, [n, height, width, whole]);
  return onnx.op(reorderInput, [images], { shape, dtype: 'float32' }, { channels_last: 1 });
}

/** [1, whole blocks, h, w] with channels first into blocks: what a transpose would do, but faster. */
export const imagesAsChannels = (onnx: OnnxBuilder, images: Wire): Wire => onnx.op(reorderInput, [images], images);

/** The first `channels` channels of a blocked result, as [N, h, w, channels]. */
export function fromBlocks(onnx: OnnxBuilder, blocked: Wire, channels: number, block: number): Wire {
  const [n, , height, width] = sizes4(blocked);
  const shape = [n, height, width, channels];
  if (channels === block) return onnx.reshape(blocked, shape);
  return onnx.op(reorderOutput, [blocked], { shape, dtype: 'float32' }, { channels, channels_last: 1 });
}

/** Filters [h, w, I, O] as [O/B, I/B, h, w, B of I, B of O], or [O/B, I, h, w, B of O] where the images are not in blocks. */
function blockFilter(onnx: OnnxBuilder, filter: Wire, block: number): Wire {
  const [height, width, inChannels, outChannels] = sizes4(filter);
  const small = inChannels < block;
  const ins = small ? inChannels : wholeBlocks(inChannels, block);
  const outs = wholeBlocks(outChannels, block);
  const taps = height * width;
  const whole = padEnd(onnx, filter, [height, width, ins, outs]);
  const blocks = small
    ? onnx.transpose(onnx.reshape(whole, [taps, ins, outs / block, block]), [2, 1, 0, 3])
    : onnx.transpose(onnx.reshape(whole, [taps, ins / block, block, outs / block, block]), [3, 1, 0, 2, 4]);
  return onnx.reshape(blocks, [outs, ins, height, width]);
}

/** Zeros after the end of each axis, up to `shape`. */
export function padEnd(onnx: OnnxBuilder, wire: Wire, shape: readonly number[]): Wire {
  const missing = shape.map((size, axis) => size - (wire.shape[axis] ?? 0));
  return padded(onnx, wire, [...shape.map(() => 0), ...missing]);
}

/** Zeros before and after each axis; a negative count cuts off. */
export function padded(onnx: OnnxBuilder, wire: Wire, pads: readonly number[]): Wire {
  if (pads.every((pad) => pad === 0)) return wire;
  const rank = wire.shape.length;
  const shape = wire.shape.map((size, axis) => size + (pads[axis] ?? 0) + (pads[rank + axis] ?? 0));
  return onnx.op('Pad', [wire, onnx.integers(pads), onnx.scalar(0)], { shape, dtype: wire.dtype });
}
