/** Something is wrong with the files or the name of a dataset that whoever asked for it can put right; the message says how. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** Throws an error again, a DataError with more that one may do. */
export function throwWithRemedy(error: unknown, remedy: string): never {
  if (!(error instanceof DataError)) throw error;
  throw new DataError(`${error.message}\n  Or ${remedy}`, { cause: error });
}
