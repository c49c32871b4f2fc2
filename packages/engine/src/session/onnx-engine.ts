import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { CompiledProgram, Engine, EngineDescription } from '../engine.ts';
import { checkedFeeds } from '../feeds.ts';
import { countGraph } from '../graph/count-graph.ts';
import type { Graph } from '../graph/graph.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';
import { toOnnx, type OnnxModel } from '../onnx/to-onnx.ts';
import { optimise } from '../passes/optimise.ts';
import type { Inputs, Program, ResultsOf, Values } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { variableOf, type VariableLike } from '../variable-of.ts';
import { loweringTarget } from './lowering-target.ts';
import { leaseSession, type SessionLease } from './session-cache.ts';
import { tensorOf, VariableStore } from './variable-store.ts';

/** Compiles Programs: each is traced once, written as one ONNX graph and run by ONNX Runtime. */
export class OnnxEngine implements Engine {
  readonly description: EngineDescription;
  readonly #variables = new VariableStore();
  readonly #open = new Set<SessionLease>();

  constructor(description: EngineDescription) {
    this.description = description;
  }

  async compile<I extends Inputs, O extends string>(program: Program<I, O>): Promise<CompiledProgram<I, O>> {
    const graph = optimise(trace(program));
    const model = toOnnx(graph, { target: await loweringTarget(this.description.device) });
    const lease = await leaseSession(model.bytes, this.#sessionOptions()).catch((error: unknown) => {
      throw new Error(`program ${program.name}: ONNX Runtime refuses the compiled graph: ${String(error)}`, {
        cause: error,
      });
    });
    this.#open.add(lease);
    const run = this.#runner<I, O>(program, graph, { model, lease });
    return {
      name: program.name,
      graph,
      cost: countGraph(graph),
      run,
      toOnnx: (options) => exportOnnx(graph, (variable) => this.#variables.read(variable), options),
      dispose: async () => {
        this.#open.delete(lease);
        await lease.release();
      },
    };
  }

  read(variable: VariableLike): Values {
    return this.#variables.read(variableOf(variable));
  }

  write(variable: VariableLike, values: Values): void {
    this.#variables.write(variableOf(variable), values);
  }

  async dispose(): Promise<void> {
    const leases = [...this.#open];
    this.#open.clear();
    for (const lease of leases) await lease.release();
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
    { model, lease }: { model: OnnxModel; lease: SessionLease },
  ): CompiledProgram<I, O>['run'] {
    const slots = graph.variables.map(({ variable }, i) => ({
      slot: this.#variables.adopt(variable),
      ...model.variables[i],
    }));
    return async (feeds) => {
      if (lease.released) throw new Error(`program ${program.name} has been disposed; compile it again.`);
      const fed: Record<string, Tensor> = {};
      for (const [name, { dtype, shape }, values] of checkedFeeds(program.name, program.inputs, feeds)) {
        const input = model.inputs[name];
        if (input !== undefined) fed[input] = tensorOf(dtype, values, shape);
      }
      const fetched: Record<string, Tensor | null> = {};
      for (const { slot, input, output } of slots) {
        if (typeof input === 'string') fed[input] = slot.current;
        if (typeof output === 'string') fetched[output] = slot.spare;
      }
      for (const name of Object.values(model.outputs)) fetched[name] = null;
      const results = await lease.session.run(fed, fetched);
      for (const { slot, output } of slots) {
        if (typeof output === 'string') [slot.current, slot.spare] = [slot.spare, slot.current];
      }
      return Object.fromEntries(
        Object.entries(model.outputs).map(([output, name]) => [output, results[name]?.data]),
      ) as ResultsOf<O>;
    };
  }
}
