import { describeModelContract } from '@kindred/model/contract-tests';
import { autoregressive } from './family.ts';

// Small networks: the reference engine is slow.
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

describeModelContract(autoregressive, { options, steps: 20 });
