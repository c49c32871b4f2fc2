import type { InferenceSession } from 'onnxruntime-node';
import type { CompiledProgram, Engine, EngineDescription } from '../engine.ts';
import { countGraph } from '../graph/count-graph.ts';
import { exportOnnx } from '../onnx/export-onnx.ts';
import { optimise } from '../passes/optimise.ts';
import type { Inputs, Program, Values } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { variableOf, type VariableLike } from '../variable-of.ts';
import { flushDenormals } from './flush-denormals.ts';
import { loweringTarget } from './lowering-target.ts';
import { ProgramRuns } from './program-runs.ts';
import { VariableStore } from './variable-store.ts';

/** Compiles Programs: each is traced once, written as one ONNX graph and run by ONNX Runtime. */
export class OnnxEngine implements Engine {
  readonly description: EngineDescription;
  readonly #variables = new VariableStore();
  readonly #open = new Set<{ release(): Promise<void> }>();

  constructor(description: EngineDescription) {
    this.description = description;
  }

  async compile<I extends Inputs, O extends string>(program: Program<I, O>): Promise<CompiledProgram<I, O>> {
    const graph = optimise(trace(program));
    const runs = new ProgramRuns(program, graph, {
      variables: this.#variables,
      target: await loweringTarget(this.description.device),
      options: sessionOptions(this.description),
    });
    this.#open.add(runs);
    return {
      name: program.name,
      graph,
      cost: countGraph(graph),
      run: (feeds) => runs.run(feeds),
      runAll: (count, feeds) => runs.runAll(count, feeds),
      toOnnx: (options) => exportOnnx(graph, (variable) => this.#variables.read(variable), options),
      dispose: async () => {
        this.#open.delete(runs);
        await runs.release();
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
    const open = [...this.#open];
    this.#open.clear();
    for (const runs of open) await runs.release();
  }
}

/** Settings that mattered when measured: one thread a process, no parallel branches, every graph optimisation. */
export const sessionOptions = ({
  device,
  threads,
}: Pick<EngineDescription, 'device' | 'threads'>): InferenceSession.SessionOptions => ({
  executionProviders: [device],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  ...flushDenormals,
});
