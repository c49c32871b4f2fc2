import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { CompiledProgram, Engine } from '../engine.ts';
import { checkedFeeds, sizeOf } from '../feeds.ts';
import type { Graph } from '../graph/graph.ts';
import { toOnnx, type OnnxModel } from '../onnx/to-onnx.ts';
import type { DType, Shape, Values } from '../program.ts';
import { loweringTarget } from './lowering-target.ts';
import { sessionOptions } from './onnx-engine.ts';
import { tensorOf } from './variable-store.ts';

/** What the nodes of one ONNX operator cost in one run, after ONNX Runtime's own optimisation. */
export interface OperatorCost {
  readonly operator: string;
  readonly nodes: number;
  readonly milliseconds: number;
  /** Of products and convolutions; 0 for the rest. A multiply-add is two. */
  readonly flops: number;
}

/**
 * Runs a compiled program in a session of its own that keeps time, and says where the time goes, dearest first. Reads the
 * engine's variables and changes none.
 *
 * @param runs whose mean it gives, after one that is not counted
 * @throws where the engine compiles no graph
 */
export async function profile(
  engine: Engine,
  compiled: CompiledProgram,
  feeds: Readonly<Record<string, Values>>,
  runs = 5,
): Promise<OperatorCost[]> {
  const { graph, name } = compiled;
  if (!graph) throw new Error(`profile: program ${name} has no graph; open the engine with kind 'onnx'.`);
  const folder = await mkdtemp(join(tmpdir(), 'kindred-profile-'));
  try {
    const model = toOnnx(graph, { target: await loweringTarget(engine.description.device) });
    const session = await InferenceSession.create(model.bytes, {
      ...sessionOptions(engine.description),
      enableProfiling: true,
      profileFilePrefix: join(folder, 'trace'),
    });
    const fed = feedsOf(engine, graph, model, feeds);
    for (let run = 0; run <= runs; run++) await session.run(fed);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error(`profile: ONNX Runtime wrote no trace of program ${name}.`);
    return costs(JSON.parse(await readFile(join(folder, file), 'utf8')) as TraceEvent[], runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function feedsOf(
  engine: Engine,
  graph: Graph,
  model: OnnxModel,
  feeds: Readonly<Record<string, Values>>,
): Record<string, Tensor> {
  const fed: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }, values] of checkedFeeds(graph.name, graph.inputs, feeds)) {
    const input = model.inputs[name];
    if (input !== undefined) fed[input] = tensorOf(dtype, values, shape);
  }
  for (const [i, { variable }] of graph.variables.entries()) {
    const input = model.variables[i]?.input;
    if (typeof input === 'string')
      fed[input] = tensorOf(variable.dtype as DType, engine.read(variable), variable.shape);
  }
  return fed;
}

/** An event of ONNX Runtime's trace, as far as it is used here. */
interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, Shape>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, Shape>>[];
  };
}

/** Sums the events of the nodes by operator, the first run left out, per run. */
function costs(events: readonly TraceEvent[], runs: number): OperatorCost[] {
  const nodes = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const counted = nodes.slice(Math.round(nodes.length / (runs + 1)));
  const byOperator = new Map<string, OperatorCost>();
  for (const event of counted) {
    const operator = event.args?.op_name ?? 'unknown';
    const sum = byOperator.get(operator) ?? { nodes: 0, milliseconds: 0, flops: 0 };
    byOperator.set(operator, {
      operator,
      nodes: sum.nodes + 1,
      milliseconds: sum.milliseconds + event.dur / 1000,
      flops: sum.flops + flopsOf(operator, event),
    });
  }
  return [...byOperator.values()]
    .map(({ operator, nodes, milliseconds, flops }) => ({
      operator,
      nodes: Math.round(nodes / runs),
      milliseconds: milliseconds / runs,
      flops: flops / runs,
    }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}

const shapeAt = (list: readonly Readonly<Record<string, Shape>>[] | undefined, index: number): Shape =>
  Object.values(list?.[index] ?? {})[0] ?? [];

function flopsOf(operator: string, { args }: TraceEvent): number {
  const [first, second, output] = [
    shapeAt(args?.input_type_shape, 0),
    shapeAt(args?.input_type_shape, 1),
    shapeAt(args?.output_type_shape, 0),
  ];
  switch (operator) {
    case 'MatMul':
    case 'FusedMatMul':
    case 'Gemm':
    case 'FusedGemm':
      // Whatever is transposed, the inner size is what the first operand has more than the output has rows.
      return 2 * sizeOf(first) * (output.at(-1) ?? 1);
    case 'Conv':
    case 'FusedConv':
      return 2 * sizeOf(output) * sizeOf(second.slice(1)); // filter [outputs, inputs, height, width]
    case 'ConvTranspose':
      return 2 * sizeOf(first) * sizeOf(second.slice(1)); // filter [inputs, outputs, height, width]
  }
  return 0;
}
