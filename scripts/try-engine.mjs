/**
 * Loads the built engine on the Node that runs this, compiles a program with gradients and compares it with TF.js: what must hold
 * on every Node that Kindred supports. `node scripts/try-engine.mjs` after `pnpm build`; see check-node-versions.mjs.
 */
import { createRequire } from 'node:module';

const home = new URL('../packages/engine/', import.meta.url);
const { openEngine, given, program } = await import(new URL('dist/index.js', home).href);
const tf = createRequire(new URL('package.json', home))('@tensorflow/tfjs-core');

const step = program('step', { x: given([2, 3]), y: given([2], 'int32') }, ({ x, y }) => {
  const loss = (w) => {
    const logits = tf.matMul(tf.tanh(x), w);
    return tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, tf.oneHot(y, 2)), 1)));
  };
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d([0.1, -0.2, 0.3, 0.4, -0.5, 0.6], [3, 2]));
  return { value, grad };
});
const feeds = { x: Float32Array.of(0.5, -1, 2, 1, 0, -0.5), y: Int32Array.of(1, 0) };

const results = [];
for (const kind of ['cpu', 'onnx']) {
  const engine = await openEngine({ kind });
  const { value, grad } = await (await engine.compile(step)).run(feeds);
  results.push([...value, ...grad]);
  await engine.dispose();
}
const [plain, compiled] = results;
const apart = plain.map((expected, i) => Math.abs(expected - compiled[i]));
if (plain.length !== 7 || !apart.every((difference) => difference < 1e-6)) {
  throw new Error(`onnx gives ${compiled.join(', ')}, cpu ${plain.join(', ')}`);
}

// Where tfjs-node-gpu does not load, it must be for want of its library, not of something that this Node lacks.
const { description } = await openEngine();
const reasons = description.passedOver.map(({ reason }) => reason);
if (reasons.some((reason) => /is not a function|Cannot read prop|ERR_/.test(reason)))
  throw new Error(reasons.join('; '));
console.log(`Node ${process.version}: onnx agrees with cpu; auto takes ${description.kind} on ${description.device}`);
