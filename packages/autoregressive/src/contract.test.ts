import { describeModelContract } from '@kindred/model/contract-tests';
import { autoregressive } from './family.ts';

describeModelContract(autoregressive);
