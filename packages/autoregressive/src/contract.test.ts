import { describeModelContract } from '@kindred/model/contract-tests';
import { autoregressive } from './family.ts';

// Small networks and few pixels: the reference engine is slow.
const options = {
  hidden: 32,
  localFeatures: 4,
  orders: 3,
  channels: 4,
  blocks: 2,
  heads: 2,
  headSize: 4,
  learningRate: 0.01,
};

describeModelContract(autoregressive, {
  options,
  steps: 16,
  specs: [
    { kind: 'points', shape: [2], range: null, classes: 0 },
    { kind: 'image', shape: [6, 5, 1], range: [0, 1], classes: 0 },
    { kind: 'sequence', shape: [8], range: [0, 4], vocabulary: 5, classes: 0 },
  ],
});
