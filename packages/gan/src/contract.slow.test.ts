import { describeModelContract } from '@kindred/model/contract-tests';
import { gan } from './gan.ts';
import { otherVariants } from './testing/small-variants.ts';

describeModelContract({ ...gan, variants: otherVariants }, { steps: 12 });
