import { runtimeOf, type DeviceKind, type EngineKind, type ProductProbe } from '@kindred/engine';
import { columns } from '../list.ts';
import type { DeviceFinding } from './ask-device.ts';

/** An engine on a device, to be looked at. */
export interface Candidate {
  readonly kind: EngineKind;
  readonly device: DeviceKind | 'auto';
}

/** All that there may be. tfjs-node-gpu chooses its device itself. */
export const candidates: readonly Candidate[] = [
  { kind: 'cpu', device: 'cpu' },
  { kind: 'onnx', device: 'cpu' },
  { kind: 'onnx', device: 'webgpu' },
  { kind: 'onnx', device: 'cuda' },
  { kind: 'tensorflow', device: 'auto' },
];

export interface Looked extends Candidate {
  readonly finding: DeviceFinding;
}

/** One line for each engine on each device, then what those that do not run lack, and warnings of those that do. */
export function deviceTable(looked: readonly Looked[]): string {
  const rows = looked.map((one) => [one.kind, deviceOf(one), ...cells(one)]);
  const notes = looked.flatMap((one) => notesOn(one));
  return [
    'Engines (--engine, --device)\n',
    columns([['engine', 'device', '', 'runtime', 'one product', 'nodes on the device'], ...rows]),
    ...(notes.length > 0 ? ['\nMissing, and warnings\n', ...notes] : []),
  ].join('');
}

function deviceOf({ device, finding }: Looked): string {
  return 'answer' in finding && 'description' in finding.answer ? finding.answer.description.device : device;
}

function cells({ kind, finding }: Looked): string[] {
  if ('failure' in finding) return ['failed', runtimeOf(kind), '-'];
  const { answer } = finding;
  if (!('description' in answer)) return ['missing', runtimeOf(kind), '-'];
  const { description, probe, placement } = answer;
  if (!probe) return ['opens', description.runtime, '-'];
  const nodes = placement ? `${placement.onDevice} of ${placement.nodes}` : '-';
  return [probe.right ? 'runs' : 'wrong', description.runtime, inWords(probe), nodes];
}

function inWords({ size, gflopsPerSecond, error, tolerance, right }: ProductProbe): string {
  const speed = gflopsPerSecond >= 10 ? gflopsPerSecond.toFixed(0) : gflopsPerSecond.toPrecision(2);
  const verdict = `${right ? 'right' : 'WRONG'}: error ${error.toExponential(1)}, allowed ${tolerance.toExponential(1)}`;
  return `${size} x ${size}, ${speed} GFLOP/s, ${verdict}`;
}

function notesOn(one: Looked): string[] {
  const { kind, finding } = one;
  const name = `  ${one.device === 'auto' ? kind : `${kind} on ${one.device}`}\n`;
  if ('failure' in finding) return [name, `    failed: ${finding.failure.replaceAll('\n', '\n      ')}\n`];
  const { answer, warnings } = finding;
  const warned = warnings.map((warning) => `    warning: ${warning}\n`);
  if ('description' in answer) return warned.length > 0 ? [name, ...warned] : [];
  return [name, `    missing: ${answer.missing}\n`, ...warned, `    to get it: ${answer.remedy}\n`];
}
