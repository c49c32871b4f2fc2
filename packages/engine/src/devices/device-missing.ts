/** An engine or device that does not load on this machine. */
export class DeviceMissingError extends Error {
  override readonly name = 'DeviceMissingError';
  /** What is missing, as far as it can be told. */
  readonly missing: string;
  /** How to get it. */
  readonly remedy: string;

  /** @param what as asked for: `kind onnx on device webgpu` */
  constructor(what: string, { missing, remedy, cause }: { missing: string; remedy: string; cause?: unknown }) {
    super(`openEngine: ${what} does not load: ${missing}. To get it: ${remedy}.`, { cause });
    this.missing = missing;
    this.remedy = remedy;
  }
}
