/** Something is wrong with the files or the name of a dataset that whoever asked for it can put right; the message says how. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** What went wrong, in the words of whoever noticed; Node's fetch has them in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message ? `${error.message}: ${cause.message}` : error.message;
}
