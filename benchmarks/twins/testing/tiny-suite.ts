import { defineSuite, type Suite } from '@kindred/harness';

/** Every network that has a twin, small, on few examples. */
export const tinySuite: Suite = defineSuite({
  name: 'tiny',
  description: 'twins in seconds',
  datasets: ['mnist@200', 'text'],
  models: [
    { family: 'vae', variant: 'standard', options: { imageChannels: [2, 3], imageHidden: 8, imageLatentSize: 3 } },
    { family: 'autoregressive', variant: 'standard', options: { hidden: 20, localFeatures: 3 } },
    { family: 'autoregressive', variant: 'made-orders', options: { hidden: 20, orders: 2 } },
    { family: 'autoregressive', variant: 'pixelcnn', options: { channels: 4, blocks: 1 } },
    { family: 'autoregressive', variant: 'gated-pixelcnn', options: { channels: 2, blocks: 2 } },
    { family: 'autoregressive', variant: 'gpt', options: { blocks: 1, heads: 2, headSize: 4 }, datasets: ['text'] },
  ],
  seeds: 1,
  budget: { any: { unit: 'examples', amount: 240 } },
  batchSize: { any: 8 },
  samples: { any: 20 },
  dataSeed: 1,
  timeout: 60,
  throughput: null,
});
