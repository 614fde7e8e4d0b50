import { describe, expect, test } from 'vitest';
import { parseQualityList } from '../../src/metrics/quality-list.ts';

describe('parseQualityList()', () => {
  test.each([
    { header: '', list: [], why: 'an empty header' },
    { header: ' , ,', list: [], why: 'empty alternatives' },
    { header: 'gzip', list: [{ value: 'gzip', parameters: {}, quality: 1 }], why: 'no quality as 1' },
    { header: 'GZip ; Q=0.5', list: [{ value: 'gzip', parameters: {}, quality: 0.5 }], why: 'any case' },
    { header: 'a;q=', list: [{ value: 'a', parameters: {}, quality: 0 }], why: 'an empty quality as 0' },
    { header: 'a;q=x', list: [{ value: 'a', parameters: {}, quality: 0 }], why: 'a bad quality as 0' },
    { header: 'a;q=7', list: [{ value: 'a', parameters: {}, quality: 0 }], why: 'a quality above 1 as 0' },
    {
      header: 'text/plain;version="0.0.4";charset;q=0.3, */*',
      list: [
        { value: 'text/plain', parameters: { version: '0.0.4', charset: '' }, quality: 0.3 },
        { value: '*/*', parameters: {}, quality: 1 },
      ],
      why: 'parameters, quoted and without a value',
    },
  ])('parseQualityList() reads $why', ({ header, list }) => {
    expect(parseQualityList(header)).toEqual(list);
  });

  test('parseQualityList() keeps the names of parameters out of the prototype', () => {
    expect(parseQualityList('a;__proto__=b')[0]?.quality).toBe(1);
  });
});
