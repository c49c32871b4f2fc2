export { DeviceMissingError } from './devices/device-missing.ts';
export { probePlacement, type Placement } from './devices/probe-placement.ts';
export { probeProduct, type ProductProbe } from './devices/probe-product.ts';
export type { CompiledProgram, DeviceKind, Engine, EngineDescription, EngineKind } from './engine.ts';
export { countGraph, type GraphCost } from './graph/count-graph.ts';
export {
  Graph,
  type GraphNode,
  type GraphParts,
  type GraphValue,
  type GraphVariable,
  type TensorType,
} from './graph/graph.ts';
export type { ExportOptions } from './onnx/export-onnx.ts';
export { toOnnx, type OnnxModel, type OnnxVariable, type ToOnnxOptions } from './onnx/to-onnx.ts';
export { deviceKinds, devicesOf, engineKinds, openEngine, runtimeOf, type OpenEngineOptions } from './open-engine.ts';
export { optimise, passes, type Pass } from './passes/optimise.ts';
export { productOfRows, type ProductShape } from './products/product-of-rows.ts';
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
export { openOnnxModel, type OnnxModelFile, type OnnxPort, type OnnxValues } from './session/onnx-model-file.ts';
export { profile, type OperatorCost } from './session/profile.ts';
export { trace } from './trace/trace.ts';
export { withNoise } from './with-noise.ts';
export { variableOf, type VariableLike } from './variable-of.ts';
