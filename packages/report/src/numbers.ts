/** A double as the shortest decimal that reads back as the same double; '' for null and for what is not finite. */
export function exact(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** What stands where there is no number to print. */
export const noNumber = '–';

/**
 * Numbers that are read together, a value and its interval, with the same decimals: `digits` significant digits of the first
 * one, or of the largest where the first is small beside it. Whole numbers below 1 000 stay whole. Below 1e-4 in scientific
 * notation, from 1 000 on with commas. What is not finite becomes a dash.
 */
export function rounded(values: readonly number[], digits = 3): string[] {
  const magnitudes = values.filter((value) => Number.isFinite(value)).map(Math.abs);
  const largest = Math.max(0, ...magnitudes);
  const first = magnitudes[0] ?? 0;
  const scale = 10 * first >= largest ? first : largest;
  const whole = largest < 1000 && magnitudes.every(Number.isInteger);
  return values.map((value) => {
    if (!Number.isFinite(value)) return noNumber;
    return whole ? String(value + 0) : roundedTo(value, scale, digits);
  });
}

/**
 * Values of a metric, read together. Shares have three decimals, for samples are counted in hundreds or thousands, unless that
 * would turn one into zero. Other units have three significant digits; nats keep a decimal from 100 on, where models differ by
 * few of them.
 */
export function measured(values: readonly number[], unit: string): string[] {
  const vanishing = values.some((value) => value !== 0 && Math.abs(value) < 0.0005);
  if (unit === 'nats' && values.some((value) => Math.abs(value) >= 100)) return rounded(values, 4);
  if (unit !== 'share' || vanishing) return rounded(values);
  return values.map((value) => (Number.isFinite(value) ? withoutMinusZero(value.toFixed(3)) : noNumber));
}

/** One number with `digits` significant digits: 0.98123 gives 0.981, 12345 gives 12,300. */
export function significant(value: number, digits = 3): string {
  return rounded([value], digits).join('');
}

function roundedTo(value: number, scale: number, digits: number): string {
  if (scale < 1e-4 || scale >= 1e15) return value === 0 ? '0' : value.toExponential(digits - 1);
  const exponent = exponentAfterRounding(scale, digits);
  const decimals = digits - 1 - exponent;
  if (decimals >= 0) return withoutMinusZero(value.toFixed(decimals));
  const step = 10 ** -decimals;
  return withoutMinusZero(grouped(Math.round(value / step) * step));
}

/** 999.7 has the exponent 2, yet with three digits it becomes 1000: the exponent to round with is 3. */
function exponentAfterRounding(scale: number, digits: number): number {
  return Number(scale.toExponential(digits - 1).split('e')[1]);
}

function withoutMinusZero(text: string): string {
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** A whole number with commas between thousands: 8000 gives 8,000. */
export function grouped(value: number): string {
  if (!Number.isFinite(value)) return noNumber;
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}

/** Large counts with a letter: 1 234 567 gives 1.23 M. */
export function compact(value: number): string {
  const scales = [
    [1e15, 'P'],
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
  ] as const;
  for (const [scale, letter] of scales) if (Math.abs(value) >= scale) return `${significant(value / scale)} ${letter}`;
  return Math.abs(value) < 10_000 ? grouped(value) : significant(value);
}

/** Bytes in MiB, or GiB from 1 024 MiB on. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return noNumber;
  const mebibytes = value / 2 ** 20;
  return mebibytes >= 1024 ? `${significant(mebibytes / 1024)} GiB` : `${significant(mebibytes)} MiB`;
}

/** Seconds for people: 12.0 ms, 4.21 s, 3 min 07 s, 2 h 05 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return noNumber;
  if (seconds > 0 && seconds < 0.9995e-3) return `${significant(seconds * 1e6)} µs`;
  if (seconds > 0 && seconds < 0.9995) return `${significant(seconds * 1e3)} ms`;
  if (seconds < 99.95) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${grouped(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A share in 0 ... 1 as a percentage: 0.9731 gives 97.3 %. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${significant(share * 100)} %` : noNumber;
}

/** A count with its noun: 1 seed, 3 seeds. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}
