import type { CompiledProgram, Engine, Shape, Values } from '@kindred/engine';

/** An array that both sides are given. */
export interface NamedArray {
  readonly shape: Shape;
  readonly values: Float32Array | Int32Array;
}

export type Arrays = Readonly<Record<string, NamedArray>>;

/** - `train`: optimiser steps; `sample`: draws of a batch; `metric`: evaluations; `ceiling`: what the machine can do at most */
export type WorkKind = 'train' | 'sample' | 'metric' | 'ceiling';

/** The same work for our engine and for the peer, which knows it by its name. */
export interface Work {
  readonly name: string;
  readonly kind: WorkKind;
  /** One line for the report. */
  readonly about: string;
  /**
   * Units that make one step or one draw, default 1. A naive sampler's unit is one position, and each costs the same: some are
   * timed, and the whole is this many times their mean.
   */
  readonly units?: number;
  /** Rounds that are enough, where a unit takes seconds. */
  readonly mostRounds?: number;
  /** The work whose samples this one must draw again: of a naive sampler, its cached form. */
  readonly sameAs?: Work;
  /** Whom it is compared with: PyTorch (default), or plain TF.js on the processor. */
  readonly against?: 'torch' | 'tfjs';
  /** Makes the weights, the batches and the noise. */
  build(): BuiltWork;
}

export interface BuiltWork {
  /** What the peer is given. */
  readonly arrays: Arrays;
  open(engine: Engine): Promise<OurSide>;
}

/** One run of a compiled program. */
export interface Run {
  readonly compiled: CompiledProgram;
  readonly feeds: Readonly<Record<string, Values>>;
}

/** A work ready to run on our engine. */
export interface OurSide {
  /** Does one unit and returns its losses, or a metric's values, which the peer must agree with; a sampler has none. Units are numbered from 0. */
  unit(index: number): Promise<readonly number[]>;
  /** Does several units at once, as training does; without it they are done one by one. */
  units?(first: number, count: number): Promise<void>;
  /** A sampler's draw. `samples` are those of `sameAs`: a naive sampler draws each position again, given those before. */
  draw?(samples?: Values): Promise<Values>;
  /** FLOPs of one unit as the graphs count them; null where no graph is. */
  readonly flops: number | null;
  /** The runs of one training step, one draw, one position of a naive sampler or one step of a cached one: what is profiled. */
  runs?(index: number): readonly Run[];
  dispose(): Promise<void>;
}
