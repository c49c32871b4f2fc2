import type { Variable } from '@tensorflow/tfjs-core';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { CompiledProgram, Engine, EngineDescription } from '../engine.ts';
import { checkedFeeds } from '../feeds.ts';
import { countGraph } from '../graph/count-graph.ts';
import type { Graph } from '../graph/graph.ts';
import { toOnnx, type OnnxModel } from '../onnx/to-onnx.ts';
import { optimise } from '../passes/optimise.ts';
import type { Inputs, Program, ResultsOf, Values } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { loweringTarget } from './lowering-target.ts';
import { tensorOf, VariableStore } from './variable-store.ts';

/** Compiles Programs: each is traced once, written as one ONNX graph and run by ONNX Runtime. */
export class OnnxEngine implements Engine {
  readonly description: EngineDescription;
  readonly #variables = new VariableStore();
  readonly #open = new Set<InferenceSession>();

  constructor(description: EngineDescription) {
    this.description = description;
  }

  async compile<I extends Inputs, O extends string>(program: Program<I, O>): Promise<CompiledProgram<I, O>> {
    const graph = optimise(trace(program));
    const model = toOnnx(graph, await loweringTarget(this.description.device));
    const session = await InferenceSession.create(model.bytes, this.#sessionOptions()).catch((error: unknown) => {
      throw new Error(`program ${program.name}: ONNX Runtime refuses the compiled graph: ${String(error)}`, {
        cause: error,
      });
    });
    this.#open.add(session);
    const run = this.#runner<I, O>(program, graph, { model, session });
    return {
      name: program.name,
      graph,
      cost: countGraph(graph),
      run,
      dispose: async () => {
        if (this.#open.delete(session)) await session.release();
      },
    };
  }

  read(variable: Variable): Values {
    return this.#variables.read(variable);
  }

  write(variable: Variable, values: Values): void {
    this.#variables.write(variable, values);
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#open];
    this.#open.clear();
    for (const session of sessions) await session.release();
  }

  /** Settings that mattered when measured: one thread a process, no parallel branches, every graph optimisation. */
  #sessionOptions(): InferenceSession.SessionOptions {
    return {
      executionProviders: [this.description.device],
      intraOpNumThreads: this.description.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    };
  }

  #runner<I extends Inputs, O extends string>(
    program: Program<I, O>,
    graph: Graph,
    { model, session }: { model: OnnxModel; session: InferenceSession },
  ): CompiledProgram<I, O>['run'] {
    const read = new Set(model.inputs);
    const slots = graph.variables.map(({ variable }, i) => ({
      slot: this.#variables.adopt(variable),
      ...model.variables[i],
    }));
    return async (feeds) => {
      const fed: Record<string, Tensor> = {};
      for (const [name, { dtype, shape }, values] of checkedFeeds(program.name, program.inputs, feeds)) {
        if (read.has(name)) fed[`in.${name}`] = tensorOf(dtype, values, shape);
      }
      const fetched: Record<string, Tensor | null> = {};
      for (const { slot, input, output } of slots) {
        if (typeof input === 'string') fed[input] = slot.current;
        if (typeof output === 'string') fetched[output] = slot.spare;
      }
      for (const name of Object.values(model.outputs)) fetched[name] = null;
      const results = await session.run(fed, fetched);
      for (const { slot, output } of slots) {
        if (typeof output === 'string') [slot.current, slot.spare] = [slot.spare, slot.current];
      }
      return Object.fromEntries(
        Object.entries(model.outputs).map(([output, name]) => [output, results[name]?.data]),
      ) as ResultsOf<O>;
    };
  }
}
