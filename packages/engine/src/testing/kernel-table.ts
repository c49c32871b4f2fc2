import * as tf from '@tensorflow/tfjs-core';
import type { Graph, GraphValue } from '../graph/graph.ts';
import { composedKernels, kernelLimits, refusedKernels, specialValueLimits } from '../kernels/coverage.ts';
import { kernelRule, kernelRules } from '../kernels/kernel-rules.ts';
import { OnnxBuilder, type OnnxAttribute, type Wire, type WireType } from '../onnx/onnx-builder.ts';
import { optimise } from '../passes/optimise.ts';
import type { DType } from '../program.ts';
import { mendedGradients } from '../tfjs/gradients.ts';
import { trace } from '../trace/trace.ts';
import { allCases } from './all-cases.ts';
import { drawCase, seedOf } from './derivatives.ts';

const draws = 8;

/** Every kernel name of TF.js: those that tfjs-core exports, and those that its `cpu` backend has. */
export function kernelNames(): string[] {
  const exported = Object.entries(tf).flatMap(([name, value]) =>
    typeof value === 'string' && /^_?[A-Z]/.test(value) && name !== 'OP_SCOPE_SUFFIX' ? [value] : [],
  );
  const registered = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  return [...new Set([...exported, ...registered])].sort();
}

/** Takes note of the operators that a rule writes. */
class WatchedBuilder extends OnnxBuilder {
  readonly operators = new Set<string>();

  override ops(
    operator: string,
    inputs: readonly (Wire | null)[],
    types: readonly WireType[],
    attributes: Record<string, OnnxAttribute> = {},
  ): Wire[] {
    this.operators.add(operator);
    return super.ops(operator, inputs, types, attributes);
  }
}

interface Seen {
  readonly operators: Set<string>;
  readonly dtypes: Set<DType>;
}

/** Lowers every node of a graph on its own and notes, by kernel, operators and dtypes. */
function note({ nodes }: Graph, seen: Map<string, Seen>): void {
  for (const node of nodes) {
    const entry = seen.get(node.kernel) ?? { operators: new Set(), dtypes: new Set() };
    seen.set(node.kernel, entry);
    const onnx = new WatchedBuilder();
    const wire = (name: string, { shape, dtype }: GraphValue) => onnx.input(name, { shape, dtype });
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, wire(name, value)]));
    kernelRule(node.kernel).lower({
      node,
      inputs,
      list: Object.values(inputs),
      outputs: node.outputs,
      onnx,
      wireOf: (value) => wire(String(value.id), value),
    });
    for (const operator of onnx.operators) entry.operators.add(operator);
    for (const { dtype } of Object.values(node.inputs).slice(0, 1)) entry.dtypes.add(dtype);
    if (Object.keys(node.inputs).length === 0) for (const { dtype } of node.outputs) entry.dtypes.add(dtype);
  }
}

const sorted = (items: Iterable<string>) => [...items].sort().join(', ');

function rowOf(kernel: string, seen: ReadonlyMap<string, Seen>, mended: ReadonlySet<string>): string[] {
  const refused = refusedKernels.get(kernel);
  if (refused !== undefined) return [kernel, 'refused', `${refused.reason}: ${refused.instead}`, '', '', ''];
  const composed = composedKernels.get(kernel);
  if (composed !== undefined) return [kernel, 'composed', composed, '', '', ''];
  const { operators = [], dtypes = [] } = seen.get(kernel) ?? {};
  const gradient = mended.has(kernel) ? 'engine' : tf.getGradient(kernel) === undefined ? '' : 'TF.js';
  const limits = [kernelLimits.get(kernel), specialValueLimits.get(kernel)].filter((limit) => limit !== undefined);
  return [
    kernel,
    'lowered',
    sorted(operators) || 'a constant, or its input',
    sorted(dtypes),
    gradient,
    limits.join('; '),
  ];
}

/** A Markdown table with columns of one width, as the formatter wants it; the first row is the head. */
function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const [head, ...rest] = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  return [head ?? '', `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest];
}

/** KERNELS.md: a row for each kernel of TF.js, with what the cases of the tests reach of it. */
export function kernelTable(): string {
  const seen = new Map<string, Seen>();
  for (const opCase of allCases) {
    for (let i = 0; i < draws; i++) {
      const graph = trace(drawCase(opCase, seedOf(opCase.name) + i).program);
      note(graph, seen);
      note(optimise(graph), seen);
    }
  }
  const mended = mendedGradients();
  const names = kernelNames();
  const count = (how: ReadonlyMap<string, unknown>) => names.filter((name) => how.has(name)).length;
  const head = ['Kernel', 'How', 'ONNX operators, or why not', 'Dtypes', 'Gradient', 'Limits'];
  const rows = names.map((name) => rowOf(name, seen, mended));
  return [
    '# Kernels of TF.js in @kindred/engine',
    '',
    `Written by \`pnpm --filter @kindred/engine kernels\` from the rules and the cases of their tests. Of ${names.length} kernel names in TF.js`,
    `${tf.version_core}, ${count(kernelRules)} are lowered to ONNX, ${count(composedKernels)} never become a node, and ${count(refusedKernels)} are refused while a program is traced.`,
    '',
    '- ONNX operators: all that the rule writes, over the cases, for any runtime; or what takes its place; or why it is refused, and what to do instead.',
    "- Dtypes: of the kernel's first input, as compared with TF.js `cpu`.",
    '- Gradient: of TF.js, or registered by this engine over it (`src/tfjs`).',
    '- Limits: where results, NaN and infinity included, differ from TF.js `cpu`.',
    '',
    ...aligned([head, ...rows]),
    '',
  ].join('\n');
}
