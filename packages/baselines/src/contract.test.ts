import { describeModelContract } from '@kindred/model/contract-tests';
import { baselines } from './family.ts';

describeModelContract(baselines, { steps: 10 });
