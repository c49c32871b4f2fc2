import { setImmediate } from 'node:timers/promises';

/** Tells the parent something; lost, without an error, when the parent is gone. */
export type Tell = (message: object) => void;

/**
 * The child's side of the pool: does the one task that the parent sends, then exits, with code 1 if `work` threw.
 * Exits at once when the parent is gone, even if it was killed. Ctrl-C is the parent's to handle: a terminal sends it to
 * children too, and they ignore it.
 */
export function serveTask(work: (message: unknown, tell: Tell) => Promise<void>): void {
  if (!process.send) {
    throw new Error('serveTask: this module is a worker of the pool; start it with child_process.fork, not by hand.');
  }
  process.on('SIGINT', () => {});
  // The parent's death closes the channel. Nothing is worth finishing then: records are written whole or not at all.
  process.on('disconnect', () => process.exit());
  process.once('message', (message: unknown) => {
    void attempt(work, message);
  });
}

async function attempt(work: (message: unknown, tell: Tell) => Promise<void>, message: unknown): Promise<void> {
  const tell: Tell = (told) => {
    if (process.connected) process.send?.(told, () => {});
  };
  try {
    await work(message, tell);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  // Not process.exit at once: what was told must leave first. Disconnecting exits.
  if (process.connected) process.send?.({ kind: 'end' }, () => process.disconnect());
}

/**
 * Lets timers, messages and a lost parent be noticed. Loops over engines that compute in plain JavaScript need it: an
 * `await` alone only runs microtasks.
 */
export async function breathe(): Promise<void> {
  await setImmediate();
}
