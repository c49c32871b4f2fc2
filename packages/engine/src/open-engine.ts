import { EagerEngine } from './eager/eager-engine.ts';
import type { DeviceKind, Engine, EngineKind } from './engine.ts';

export interface OpenEngineOptions {
  readonly kind?: EngineKind | 'auto';
  readonly device?: DeviceKind | 'auto';
  readonly threads?: number;
}

export async function openEngine({ threads = 1 }: OpenEngineOptions = {}): Promise<Engine> {
  return new EagerEngine({ kind: 'cpu', device: 'cpu', threads, runtime: 'tfjs', passedOver: [] }, 'cpu');
}
