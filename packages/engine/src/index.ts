export { DeviceMissingError } from './devices/device-missing.ts';
export { probePlacement, type Placement } from './devices/probe-placement.ts';
export { probeProduct, type ProductProbe } from './devices/probe-product.ts';
export type { CompiledProgram, DeviceKind, Engine, EngineDescription, EngineKind } from './engine.ts';
export { countGraph, type GraphCost } from './graph/count-graph.ts';
export type { Graph, GraphNode, GraphValue, GraphVariable, TensorType } from './graph/graph.ts';
export { printGraph } from './graph/print-graph.ts';
export { toOnnx, type OnnxModel } from './onnx/to-onnx.ts';
export { deviceKinds, devicesOf, engineKinds, openEngine, runtimeOf, type OpenEngineOptions } from './open-engine.ts';
export { optimise, passes, type Pass } from './passes/optimise.ts';
export { batch, given, labels, normal, position, program, schedule, uniform } from './program.ts';
export type {
  DType,
  FeedsOf,
  Inputs,
  InputSource,
  InputSpec,
  Program,
  ResultsOf,
  Shape,
  TensorsOf,
  Values,
  ValuesOf,
} from './program.ts';
export { profile, type OperatorCost } from './session/profile.ts';
export { trace } from './trace/trace.ts';
