import { DataError } from './data-error.ts';

/** How much of a train split: a number of examples, or a share in (0, 1]. */
export type Amount = { readonly count: number } | { readonly fraction: number };

/** The parts of a dataset's name: base[`:`argument][`@`amount]. */
export interface DatasetName {
  /** `mnist` of `mnist@1000`. */
  readonly base: string;
  /** `faces,64` of `image-folder:faces,64`. */
  readonly argument: string | null;
  /** Null where the whole train split is meant. */
  readonly amount: Amount | null;
}

const form = /^(?<base>[a-z0-9][a-z0-9-]*)(?::(?<argument>[A-Za-z0-9][\w.-]*(?:,[\w.-]+)*))?(?:@(?<amount>.*))?$/;

/**
 * Takes a dataset's name apart: `mnist`, `mnist@1000` (train examples), `mnist@12.5%`, `image-folder:faces,64@500`.
 *
 * @returns its parts, the amount as a positive count or a fraction in (0, 1]
 * @throws DataError where it does not have this form, or the amount is no positive whole number and no percentage in (0, 100]
 */
export function parseDatasetName(name: string): DatasetName {
  const { base, argument = null, amount } = form.exec(name)?.groups ?? {};
  if (base === undefined) {
    throw new DataError(
      `dataset name '${name}': expected name[:argument][@amount] of letters, digits, dots, dashes and underscores, such as mnist, mnist@1000 or image-folder:faces.`,
    );
  }
  return { base, argument, amount: amount === undefined ? null : parseAmount(amount, name) };
}

function parseAmount(text: string, name: string): Amount {
  if (/^[1-9]\d{0,11}$/.test(text)) return { count: Number(text) };
  const percent = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100)
    return { fraction: Number(percent) / 100 };
  throw new DataError(
    `dataset name '${name}': expected a positive whole number or a percentage in (0, 100] after @, got '${text}'; write @1000 or @10%.`,
  );
}

/** The amount that a fraction asks for, as it stands in a name: `10%` for 0.1. */
export function percentage(fraction: number): string {
  // Nine digits hide that 0.07 * 100 is 7.000000000000001 in floating point.
  return `${Number((fraction * 100).toPrecision(9))}%`;
}
