import { defineSuite } from '@kindred/harness';

/** A source whose every probability is known: how near does a model come to what knowing it would give? */
export const text = defineSuite({
  name: 'text',
  description:
    'GPT on the characters of a probabilistic grammar, beside an n-gram model and the source itself: bits per character, and how many lines are grammatical.',
  datasets: ['text'],
  models: [
    // Picked on the validation split of data seed 0.
    { family: 'autoregressive', variant: 'gpt', options: { learningRate: 8e-3, weightDecay: 0.01 } },
    { family: 'baselines', variant: 'n-gram' },
    { family: 'baselines', variant: 'memoriser' },
  ],
  seeds: 3,
  budget: { any: { unit: 'examples', amount: 70_400 } },
  batchSize: { any: 16 },
  validate: { any: { times: 8, samples: 1000 } },
  dataSeed: 1,
  timeout: 3600,
  throughput: { seconds: 10 },
});
