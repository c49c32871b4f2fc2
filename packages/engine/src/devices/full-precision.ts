/**
 * Has NVIDIA's libraries multiply float32 as float32. Unless told otherwise, they round the factors of matrix products and
 * convolutions to ten bits (TF32) on GPUs since Ampere, so that a device would decide how exact a result is. To be called
 * before they are loaded, for they read the variable then; who sets it keeps the choice.
 */
export function keepFullPrecision(): void {
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
}
