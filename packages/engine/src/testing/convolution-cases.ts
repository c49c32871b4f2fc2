import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './op-case.ts';
import { between, pick, seeded, type Draw } from './seeded.ts';

interface ConvolutionDraw {
  readonly image: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

function convolution(draw: Draw): ConvolutionDraw {
  const [channels, outputs] = [between(draw, 1, 3), between(draw, 1, 3)];
  const pointwise = draw() < 0.25;
  const taps = (): number => (pointwise ? 1 : between(draw, 1, 4));
  const stride = pointwise && draw() < 0.5 ? 1 : between(draw, 1, 3);
  return {
    image: [between(draw, 1, 3), between(draw, 4, 8), between(draw, 4, 8), channels],
    filter: [taps(), taps(), channels, outputs],
    strides: [stride, draw() < 0.8 ? stride : 1],
    pad: pick(draw, ['same', 'valid']),
  };
}

/** Enough images and channels for blocked convolutions, whole blocks of them or not. */
function wideConvolution(draw: Draw): ConvolutionDraw {
  const channels = () => pick(draw, [1, 2, 15, 16, 17, 32, 40]);
  const [height, width] = [between(draw, 4, 6), between(draw, 4, 6)];
  const stride = between(draw, 1, 2);
  return {
    image: [pick(draw, [1, 9, 16, 17, 32]), height, width, channels()],
    filter: [between(draw, 1, 3), between(draw, 1, 3), 0, channels()],
    strides: [stride, draw() < 0.8 ? stride : 1],
    pad: pick(draw, ['same', 'valid']),
  };
}

/** A convolution as drawn, and its transpose. */
function both(suffix: string, drawn: (draw: Draw) => ConvolutionDraw): OpCase[] {
  return [
    {
      name: `conv2d${suffix}`,
      order: 2,
      draw: (draw) => {
        const { image, filter, strides, pad } = drawn(draw);
        const shape = [filter[0], filter[1], image[3], filter[3]];
        return {
          inputs: [{ shape: image }, { shape }],
          op: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, strides, pad),
        };
      },
    },
    {
      name: `conv2dTranspose${suffix}`,
      order: 2,
      draw: (draw) => {
        const { image, filter, strides, pad } = drawn(draw);
        const [n, h, w, c] = image;
        const [kh, kw, , outputs] = filter;
        const reach = (size: number, stride: number, taps: number) =>
          pad === 'same' ? Math.ceil(size / stride) : Math.ceil((size - taps + 1) / stride);
        const small = [n, reach(h, strides[0], kh), reach(w, strides[1], kw), outputs];
        return {
          inputs: [{ shape: small }, { shape: [kh, kw, c, outputs] }],
          op: (x, f) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [n, h, w, c], strides, pad),
        };
      },
    },
  ];
}

/** A mask of ones and zeros, with whole rows or columns of taps at an edge zero. */
function drawMask(draw: Draw, [height, width, c, o]: readonly [number, number, number, number]): tf.Tensor {
  const rows = between(draw, 1, height);
  const [from, to] = draw() < 0.5 ? [0, rows] : [height - rows, height];
  const columns = between(draw, 1, width);
  const values = Float32Array.from({ length: height * width * c * o }, (_, i) => {
    const tap = Math.floor(i / (c * o));
    const row = Math.floor(tap / width);
    return row >= from && row < to && tap % width < columns && draw() < 0.9 ? 1 : 0;
  });
  return tf.tensor(values, [height, width, c, o]);
}

const ofFourD = (x: tf.Tensor, f: tf.Tensor, { strides, pad }: ConvolutionDraw) =>
  tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, strides, pad);

/** Convolutions that passes rewrite: with a bias and an activation, and with a masked filter. */
const rewrittenCases: OpCase[] = [
  {
    name: 'conv2d, bias and activation',
    order: 2,
    draw: (draw) => {
      const drawn = draw() < 0.5 ? convolution(draw) : wideConvolution(draw);
      const { image, filter } = drawn;
      const activation = pick<(x: tf.Tensor) => tf.Tensor>(draw, [
        tf.relu,
        (x) => tf.leakyRelu(x, 0.3),
        (x) => x,
        tf.sigmoid,
      ]);
      const bias = draw() < 0.8;
      return {
        inputs: [{ shape: image }, { shape: [filter[0], filter[1], image[3], filter[3]] }, { shape: [filter[3]] }],
        op: (x, f, b) => {
          const y = ofFourD(x, f, drawn);
          return tf.mul(activation(bias ? tf.add(y, b) : y), tf.sum(b));
        },
      };
    },
  },
  {
    name: 'conv2d, masked filter',
    order: 2,
    draw: (draw) => {
      const drawn = draw() < 0.5 ? convolution(draw) : wideConvolution(draw);
      const { image, filter } = drawn;
      const shape = [filter[0], filter[1], image[3], filter[3]] as const;
      const seed = draw();
      return {
        inputs: [{ shape: image }, { shape }],
        op: (x, f) => ofFourD(x, tf.mul(f, drawMask(seeded(seed * 1e6), shape)), drawn),
      };
    },
  },
];

/** 2-D convolutions, few channels and many, and their transposes. */
export const convolutionCases: readonly OpCase[] = [
  ...both('', convolution),
  ...both(', many channels', wideConvolution),
  ...rewrittenCases,
  {
    name: 'conv2d, padded by a number',
    order: 1,
    draw: (draw) => {
      const [pad, stride, window] = [between(draw, 0, 3), between(draw, 1, 2), between(draw, 1, 3)];
      return {
        inputs: [{ shape: [2, 6, 7, 2] }, { shape: [window, window, 2, 3] }],
        op: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad),
      };
    },
  },
  {
    name: 'conv2d, dilated',
    order: 0, // TF.js has no gradient for dilated convolutions
    draw: (draw) => {
      const pad = pick<'same' | 'valid'>(draw, ['same', 'valid']);
      const channels = pick(draw, [2, 16]);
      return {
        inputs: [{ shape: [2, 8, 7, channels] }, { shape: [between(draw, 1, 3), between(draw, 1, 3), channels, 3] }],
        op: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, pad, 'NHWC', 2),
      };
    },
  },
];
