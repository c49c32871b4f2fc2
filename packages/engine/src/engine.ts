import type { GraphCost } from './graph/count-graph.ts';
import type { Graph } from './graph/graph.ts';
import type { ExportOptions } from './onnx/export-onnx.ts';
import type { OnnxModel } from './onnx/to-onnx.ts';
import type { VariableLike } from './variable-of.ts';
import type { FeedsOf, Inputs, Program, ResultsOf, Values } from './program.ts';

export type EngineKind = 'tensorflow' | 'onnx' | 'cpu';
export type DeviceKind = 'cpu' | 'cuda' | 'webgpu';

/** What an engine is, for reports. */
export interface EngineDescription {
  readonly kind: EngineKind;
  readonly device: DeviceKind;
  readonly threads: number;
  /** Name and version of what runs the programs, as in `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** Kinds that `auto` looked at first, each with the reason why it was passed over. */
  readonly passedOver: readonly { readonly kind: EngineKind; readonly reason: string }[];
}

/** Runs Programs. One run at a time: programs of one engine share their variables. */
export interface Engine {
  readonly description: EngineDescription;
  /** Makes a Program ready to run. Errors name the program, and what in it cannot be compiled. */
  compile<I extends Inputs, O extends string>(program: Program<I, O>): Promise<CompiledProgram<I, O>>;
  /** The present values of a variable: a copy. */
  read(variable: VariableLike): Values;
  /** Sets the values of a variable; the length must be that of its shape. */
  write(variable: VariableLike, values: Values): void;
  /** Frees what the engine holds. Variables are their owner's to dispose. */
  dispose(): Promise<void>;
}

export interface CompiledProgram<I extends Inputs = Inputs, O extends string = string> {
  readonly name: string;
  /** The compiled graph; eager engines have none. */
  readonly graph?: Graph;
  /** What one run costs; known where there is a graph. */
  readonly cost?: GraphCost;
  /** Runs once: reads the feeds, updates the variables that the program assigns, returns fresh arrays. */
  run(feeds: FeedsOf<I>): Promise<ResultsOf<O>>;
  /**
   * Runs `count` times in order, as so many calls of `run` would, and returns the results of each. A compiled engine keeps the
   * variables inside the runtime between the runs, which saves a copy of all of them each time: ten steps at once are faster than one.
   * @param feeds of each run, 0 ... count - 1; asked for in order and copied, so that its arrays may be reused
   */
  runAll(count: number, feeds: (run: number) => FeedsOf<I>): Promise<ResultsOf<O>[]>;
  /**
   * The compiled graph as an .onnx file that stock ONNX Runtime loads on any machine, with the program's own names. Operators are
   * ONNX's and a few of ONNX Runtime's own (domain `com.microsoft`), none that only one kind of processor has.
   * @throws on eager engines, which have no graph, and where weights are to be baked that the program assigns
   */
  toOnnx(options?: ExportOptions): OnnxModel;
  dispose(): Promise<void>;
}
