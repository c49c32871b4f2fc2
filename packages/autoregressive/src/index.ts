export { autoregressive } from './family.ts';
export { gpt, gptLogits, type Gpt, type GptBlock, type GptConfig } from './gpt/gpt-network.ts';
export { gptSteps, type DrawnTokens, type GptSteps, type GptStepsConfig } from './gpt/gpt-steps.ts';
export { thresholdOf, type DrawnRow, type PixelRows } from './images/pixel-rows.ts';
export type { AutoregressiveOptions } from './options.ts';
export { pixelCnn, type PixelCnnConfig } from './pixelcnn/pixelcnn.ts';
export { pixelCnnRows, type PixelRowsConfig } from './pixelcnn/pixelcnn-rows.ts';
