import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './op-case.ts';
import { between, pick, type Draw } from './seeded.ts';

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

/** 2-D convolutions, few channels and many, and their transposes. */
export const convolutionCases: readonly OpCase[] = [
  ...both('', convolution),
  ...both(', many channels', wideConvolution),
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
