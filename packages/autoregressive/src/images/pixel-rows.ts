import * as tf from '@tensorflow/tfjs-core';
import { program, uniform } from '@kindred/engine';
import type { Sampler } from '@kindred/model';
import type { Parameters } from '@kindred/nn';
import type { AutoregressiveOptions } from '../options.ts';

/** Rows of an image, and values in each: channels lie side by side. */
export interface Grid {
  readonly rows: number;
  readonly width: number;
}

/** What a sample shows of a pixel: its probability, or the draw from it. */
export type Emission = AutoregressiveOptions['emission'];

/** A row of pixels, [width, N]: pictures are columns. */
export interface DrawnRow {
  /** 0 and 1. */
  readonly drawn: tf.Tensor;
  readonly logits: tf.Tensor;
}

/** Draws binary images row by row. What the rows so far leave behind is kept in variables. */
export interface PixelRows {
  /** Forgets all rows, and takes over the weights as they are. */
  reset(): void;
  /** Draws the next row. @param noise U[0, 1), [width, N]: a pixel is 1 where its noise is below its probability */
  drawRow(noise: tf.Tensor): DrawnRow;
}

export interface RowSamplerConfig extends Grid {
  /** As in the names of programs: `pixelcnn`. */
  readonly name: string;
  /** Images per draw. */
  readonly count: number;
  readonly emission: Emission;
}

/** The cached sampler: a step draws a row, from a program that holds the rows' state. */
export function rowSampler(rows: PixelRows, state: Parameters, config: RowSamplerConfig): Sampler {
  const { name, count, width, emission } = config;
  return {
    kind: 'sequential',
    steps: config.rows,
    reset: program(`${name}: reset`, {}, () => {
      rows.reset();
      return {};
    }),
    step: program(`${name}: step`, { u: uniform([count, width]) }, ({ u }) => {
      const { drawn, logits } = rows.drawRow(tf.transpose(u));
      return { value: tf.transpose(emission === 'probability' ? tf.sigmoid(logits) : drawn) }; // [count, width]
    }),
    state: state.all,
  };
}

/** What a logit must exceed for a 1: log(u / (1 - u)), since u < sigmoid(logit) where the logit is larger. */
export const thresholdOf = (noise: tf.Tensor): tf.Tensor => tf.log(tf.div(noise, tf.sub(1, noise)));
