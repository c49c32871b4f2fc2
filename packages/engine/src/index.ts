export type { CompiledProgram, DeviceKind, Engine, EngineDescription, EngineKind } from './engine.ts';
export { openEngine, type OpenEngineOptions } from './open-engine.ts';
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
