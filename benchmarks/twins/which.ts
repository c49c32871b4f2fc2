import type { DataSpec } from '@kindred/data';
import { stepsOf, type TrialPlan } from '@kindred/harness';

/** Options that a twin is written for, where it is not written for all. */
type Wanted = Readonly<Record<string, unknown>>;

const convolutionalVae: Wanted = {
  imageArchitecture: 'convolutional',
  imageObservation: 'bernoulli',
  imageCodes: 'gaussian',
  imageBlocks: 0,
  imageInputNoise: 0,
  conditional: false,
  freeBits: 0,
  trainingSamples: 1,
};

/** Architectures of the autoregressive family that have twins, by kind of data. */
const autoregressive: Readonly<Record<DataSpec['kind'], readonly string[]>> = {
  image: ['made', 'made-orders', 'pixelcnn', 'gated-pixelcnn'],
  sequence: ['gpt'],
  points: [],
};

/** Networks in PyTorch by the names that `torch/train.py` knows. */
export type TwinNetwork = 'vae' | 'made' | 'made-orders' | 'pixelcnn' | 'gated-pixelcnn' | 'gpt';

/** The network of a trial's twin; null where none is written for such data and options, or the number of steps is not known beforehand. */
export function twinOf(plan: TrialPlan, { kind }: Pick<DataSpec, 'kind'>): TwinNetwork | null {
  if (!plan.applicable || !Number.isFinite(stepsOf(plan))) return null;
  const { family, options } = plan;
  if (family === 'vae') {
    const fits = Object.entries(convolutionalVae).every(([name, value]) => options[name] === value);
    return kind === 'image' && fits ? 'vae' : null;
  }
  if (family !== 'autoregressive') return null;
  const { architecture } = options;
  return (autoregressive[kind].find((name) => name === architecture) as TwinNetwork | undefined) ?? null;
}
