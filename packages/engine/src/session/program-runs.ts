import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { checkedFeeds, emptyValues, sizeOf } from '../feeds.ts';
import type { Graph } from '../graph/graph.ts';
import type { LoweringTarget } from '../onnx/onnx-builder.ts';
import { toOnnx, type OnnxModel } from '../onnx/to-onnx.ts';
import { toOnnxLoop, type OnnxLoop } from '../onnx/to-onnx-loop.ts';
import type { DType, FeedsOf, Inputs, Program, ResultsOf, Shape, Values } from '../program.ts';
import { leaseSession, type SessionLease } from './session-cache.ts';
import { tensorOf, type Slot, type VariableStore } from './variable-store.ts';

/** What the runs of a program need from the engine that compiled it. */
export interface RunContext {
  readonly variables: VariableStore;
  readonly target: LoweringTarget;
  readonly options: InferenceSession.SessionOptions;
}

/** A compiled program's sessions: one for single runs, and one, opened when it is first asked for, that runs many at once. */
export class ProgramRuns<I extends Inputs, O extends string> {
  readonly #program: Program<I, O>;
  readonly #graph: Graph;
  readonly #context: RunContext;
  readonly #slots: readonly Slot[];
  readonly #single: { readonly model: OnnxModel; readonly lease: SessionLease };
  #loop: { readonly model: OnnxLoop; readonly lease: SessionLease } | null = null;
  /** Where the inputs of many runs are put together; kept, since the next time they are as many. */
  readonly #stacks = new Map<string, Values>();

  private constructor(
    program: Program<I, O>,
    graph: Graph,
    context: RunContext,
    single: { readonly model: OnnxModel; readonly lease: SessionLease },
  ) {
    this.#program = program;
    this.#graph = graph;
    this.#context = context;
    this.#single = single;
    this.#slots = graph.variables.map(({ variable }) => context.variables.adopt(variable));
  }

  /** Writes the graph as a model and opens its session. */
  static async open<I extends Inputs, O extends string>(
    program: Program<I, O>,
    graph: Graph,
    context: RunContext,
  ): Promise<ProgramRuns<I, O>> {
    const model = toOnnx(graph, { target: context.target });
    return new ProgramRuns(program, graph, context, { model, lease: await lease(program.name, model, context) });
  }

  async run(feeds: FeedsOf<I>): Promise<ResultsOf<O>> {
    const { model, lease: held } = this.#single;
    this.#refuseAfterRelease();
    const fed: Record<string, Tensor> = {};
    for (const [name, { dtype, shape }, values] of checkedFeeds(this.#program.name, this.#program.inputs, feeds)) {
      const input = model.inputs[name];
      if (input !== undefined) fed[input] = tensorOf(dtype, values, shape);
    }
    const results = await this.#step(held.session, model, { fed });
    return Object.fromEntries(
      Object.entries(model.outputs).map(([output, name]) => [output, results[name]?.data]),
    ) as ResultsOf<O>;
  }

  async runAll(count: number, feeds: (run: number) => FeedsOf<I>): Promise<ResultsOf<O>[]> {
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`program ${this.#program.name}: runAll needs a count of 0 or more, got ${count}.`);
    if (count === 0) return [];
    if (count === 1) return [await this.run(feeds(0))];
    this.#refuseAfterRelease();
    const { model, lease: held } = await this.#openLoop();
    const fed: Record<string, Tensor> = { [model.steps]: new Tensor('int64', BigInt64Array.of(BigInt(count)), []) };
    Object.assign(fed, this.#stacked(count, feeds, model));
    const results = await this.#step(held.session, model, { fed, shapes: model.shapes });
    return Array.from({ length: count }, (_, run) =>
      Object.fromEntries(
        Object.entries(model.outputs).map(([output, name]) => {
          const all = results[name]?.data as Values | undefined;
          const size = (all?.length ?? 0) / count;
          return [output, all?.slice(run * size, (run + 1) * size)];
        }),
      ),
    ) as ResultsOf<O>[];
  }

  async release(): Promise<void> {
    await this.#single.lease.release();
    await this.#loop?.lease.release();
    this.#stacks.clear();
  }

  #refuseAfterRelease(): void {
    if (this.#single.lease.released)
      throw new Error(`program ${this.#program.name} has been disposed; compile it again.`);
  }

  async #openLoop(): Promise<{ readonly model: OnnxLoop; readonly lease: SessionLease }> {
    if (this.#loop !== null) return this.#loop;
    const model = toOnnxLoop(this.#graph, this.#context.target);
    this.#loop = { model, lease: await lease(this.#program.name, model, this.#context) };
    return this.#loop;
  }

  /** The feeds of all runs, one behind the other. Each is copied before the next is asked for. */
  #stacked(count: number, feeds: (run: number) => FeedsOf<I>, model: OnnxLoop): Record<string, Tensor> {
    const { name: programName, inputs } = this.#program;
    const stacks = new Map<string, Values>();
    for (let run = 0; run < count; run++) {
      for (const [name, { dtype, shape }, values] of checkedFeeds(programName, inputs, feeds(run))) {
        const size = sizeOf(shape);
        let stack = stacks.get(name) ?? this.#stacks.get(name);
        if (stack?.length !== count * size) stack = emptyValues(dtype, count * size);
        stack.set(values, run * size);
        stacks.set(name, stack);
        this.#stacks.set(name, stack);
      }
    }
    return Object.fromEntries(
      [...stacks].flatMap(([name, stack]) => {
        const [input, spec] = [model.inputs[name], inputs[name]];
        return input === undefined || spec === undefined
          ? []
          : [[input, tensorOf(spec.dtype, stack, [count, ...spec.shape])]];
      }),
    );
  }

  /** Runs a session with the variables as they are, and keeps what it makes of them. */
  async #step(
    session: InferenceSession,
    model: OnnxModel,
    { fed, shapes = {} }: { readonly fed: Record<string, Tensor>; readonly shapes?: Readonly<Record<string, Shape>> },
  ) {
    model.variables.forEach(({ input }, i) => {
      const slot = this.#slots[i];
      if (input !== null && slot !== undefined) fed[input] = inShape(slot.current, shapes[input]);
    });
    const results = await session.run(fed);
    model.variables.forEach(({ output }, i) => {
      const [slot, result] = [this.#slots[i], output === null ? undefined : results[output]];
      const shape = this.#graph.variables[i]?.before.shape;
      if (slot !== undefined && result !== undefined) slot.current = inShape(result, shape);
    });
    return results;
  }
}

/** The same elements in another shape, without a copy. */
const inShape = (tensor: Tensor, shape: Shape | undefined): Tensor =>
  shape === undefined || tensor.dims.join() === shape.join()
    ? tensor
    : tensorOf(tensor.type as DType, tensor.data as Values, shape);

const lease = (name: string, { bytes }: OnnxModel, { options }: RunContext): Promise<SessionLease> =>
  leaseSession(bytes, options).catch((error: unknown) => {
    throw new Error(`program ${name}: ONNX Runtime refuses the compiled graph: ${String(error)}`, { cause: error });
  });
