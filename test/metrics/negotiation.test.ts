import { describe, expect, test } from 'vitest';
import { acceptsGzip, negotiateFormat, parseQualityList } from '../../src/metrics/negotiation.ts';

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

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_2_30 =
  'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3_TEXT_FIRST =
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.2';
const PROMETHEUS_PROTOBUF_FIRST =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('negotiateFormat()', () => {
  test.each([
    { accept: undefined, format: 'text', why: 'no header' },
    { accept: '', format: 'text', why: 'an empty header' },
    { accept: '*/*', format: 'text', why: 'curl' },
    { accept: BROWSER, format: 'text', why: 'a browser' },
    { accept: PROMETHEUS_2, format: 'openmetrics', why: 'Prometheus 2' },
    { accept: PROMETHEUS_2_30, format: 'text', why: 'Prometheus 2.30, which knows OpenMetrics 0.0.1 only' },
    { accept: PROMETHEUS_3, format: 'openmetrics', why: 'Prometheus 3' },
    { accept: PROMETHEUS_3_TEXT_FIRST, format: 'text', why: 'Prometheus 3 set to prefer text' },
    { accept: PROMETHEUS_PROTOBUF_FIRST, format: 'openmetrics', why: 'one that prefers protobuf' },
    { accept: 'application/openmetrics-text', format: 'openmetrics', why: 'OpenMetrics of any version' },
    { accept: 'APPLICATION/OpenMetrics-Text', format: 'openmetrics', why: 'any case' },
    { accept: 'application/openmetrics-text;version=2.0.0', format: 'text', why: 'a version to come' },
    { accept: 'application/openmetrics-text;q=0, text/plain;q=0.1', format: 'text', why: 'a refusal' },
    { accept: 'application/openmetrics-text;q=0', format: 'text', why: 'nothing acceptable' },
    { accept: 'image/png', format: 'text', why: 'neither' },
    { accept: 'application/*', format: 'text', why: 'a wildcard, which does not name OpenMetrics' },
    { accept: 'text/plain, application/openmetrics-text', format: 'openmetrics', why: 'both alike' },
    { accept: 'application/openmetrics-text;q=0.4, text/*;q=0.5', format: 'text', why: 'text by wildcard' },
    {
      accept: 'text/plain;version=0.0.4;q=0.2, application/openmetrics-text;q=0.3, */*',
      format: 'openmetrics',
      why: 'the closest range',
    },
  ])('negotiateFormat() gives $format to $why', ({ accept, format }) => {
    expect(negotiateFormat(accept)).toBe(format);
  });
});

describe('acceptsGzip()', () => {
  test.each([
    { header: undefined, accepts: false },
    { header: '', accepts: false },
    { header: 'gzip', accepts: true },
    { header: 'br, gzip;q=0.5', accepts: true },
    { header: 'gzip;q=0', accepts: false },
    { header: 'gzip;q=0, *', accepts: false },
    { header: '*', accepts: true },
    { header: 'identity', accepts: false },
  ])('acceptsGzip() says $accepts for $header', ({ header, accepts }) => {
    expect(acceptsGzip(header)).toBe(accepts);
  });
});
