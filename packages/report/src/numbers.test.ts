import { describe, expect, it } from 'vitest';
import { bytes, compact, duration, exact, grouped, measured, percent, rounded, significant } from './numbers.ts';

describe('significant', () => {
  it.each([
    [0.98123, '0.981'],
    [12.345, '12.3'],
    [999.7, '1,000'],
    [9.996, '10.0'],
    [12345, '12,300'],
    [-3.27159, '-3.27'],
    [-0.0000123, '-1.23e-5'],
    [0, '0'],
    [-0, '0'],
    [8, '8'],
    [1234567, '1,230,000'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('rounds %f to %s', (value, text) => expect(significant(value)).toBe(text));
});

describe('rounded', () => {
  it('gives a value and its interval the same decimals, by the value', () => {
    expect(rounded([0.968, 0.95, 1.0004])).toStrictEqual(['0.968', '0.950', '1.000']);
  });

  it('goes by the largest where the value is small beside its interval', () => {
    expect(rounded([0.001, -1, 1.2])).toStrictEqual(['0.00', '-1.00', '1.20']);
  });

  it('keeps whole numbers whole, unless one of them is not', () => {
    expect(rounded([8, 7, 8])).toStrictEqual(['8', '7', '8']);
    expect(rounded([7.5, 7, 8])).toStrictEqual(['7.50', '7.00', '8.00']);
  });
});

describe('measured', () => {
  it('gives shares three decimals, other units three significant digits', () => {
    expect(measured([0.06, 0.0561, 1], 'share')).toStrictEqual(['0.060', '0.056', '1.000']);
    expect(measured([0.06], 'ratio')).toStrictEqual(['0.0600']);
  });

  it('keeps a decimal of nats', () => {
    expect(measured([103.06, 102.5, 103.4], 'nats')).toStrictEqual(['103.1', '102.5', '103.4']);
    expect(measured([95.86], 'nats')).toStrictEqual(['95.9']);
  });

  it('never rounds a share that is not zero to zero', () => {
    expect(measured([0.0002, 0, 0.0004], 'share')).toStrictEqual(['0.000200', '0.000000', '0.000400']);
    expect(measured([0, Number.NaN], 'share')).toStrictEqual(['0.000', '–']);
  });
});

describe('exact', () => {
  it('is empty for what is no number', () => {
    expect([null, Number.NaN, Number.NEGATIVE_INFINITY].map(exact)).toStrictEqual(['', '', '']);
  });
});

describe('units', () => {
  it('writes durations', () => {
    expect([0.0000204, 0.0123, 0.9996, 4.2, 99.96, 187, 3599.6, 7500].map(duration)).toStrictEqual([
      '20.4 µs',
      '12.3 ms',
      '1.00 s',
      '4.20 s',
      '1 min 40 s',
      '3 min 07 s',
      '1 h 00 min',
      '2 h 05 min',
    ]);
  });

  it('writes counts, sizes and shares', () => {
    expect(grouped(1234567)).toBe('1,234,567');
    expect([999, 3.2e12, 1_234_567].map(compact)).toStrictEqual(['999', '3.20 T', '1.23 M']);
    expect([2 ** 28, 3 * 2 ** 30].map(bytes)).toStrictEqual(['256 MiB', '3 GiB']);
    expect(percent(0.9731)).toBe('97.3 %');
  });
});
