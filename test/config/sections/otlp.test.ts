import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { load } from '../load.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('readOtlp()', () => {
  test.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_SERVICE_NAME: 'x' }],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    [{ ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' }],
    [{ ...ENDPOINT, OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_OTLP_TIMEOUT: 'x' }],
  ])('pushes nothing with %j', async (env) => {
    expect((await load({ env })).otlp).toBeUndefined();
  });

  test('has the defaults of OpenTelemetry', async () => {
    const { otlp } = await load({ env: ENDPOINT });
    expect(otlp).toEqual({
      url: new URL('http://collector:4318/v1/metrics'),
      protocol: 'http/protobuf',
      headers: {},
      isCompressed: false,
      timeoutMs: 10_000,
      intervalMs: 60_000,
      caFile: undefined,
      attributes: { 'service.name': 'headroom', 'service.instance.id': hostname() },
    });
  });

  // variables, the URL
  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a/otlp/' }, 'https://a/otlp/v1/metrics'],
    [
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://p:9090/api/v1/otlp/v1/metrics' },
      'http://p:9090/api/v1/otlp/v1/metrics',
    ],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b' }, 'http://b/'],
  ])('pushes with %j to %s', async (env, url) => {
    expect((await load({ env })).otlp?.url.href).toBe(url);
  });

  test('prefers the variables of metrics to those of all signals', async () => {
    const own = {
      PROTOCOL: ['http/protobuf', 'http/json'],
      HEADERS: ['a=1', 'X-Api-Key=a%3Db%2Cc, X-Scope-OrgID = team%201'],
      COMPRESSION: ['none', 'gzip'],
      TIMEOUT: ['1', '2500'],
      CERTIFICATE: ['/none.pem', '/ca.pem'],
    };
    const env = Object.fromEntries(
      Object.entries(own).flatMap(([name, [all, metrics]]) => [
        [`OTEL_EXPORTER_OTLP_${name}`, all],
        [`OTEL_EXPORTER_OTLP_METRICS_${name}`, metrics],
      ]),
    );
    const more = {
      OTEL_METRIC_EXPORT_INTERVAL: '15000',
      OTEL_SERVICE_NAME: 'limits',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=x,service.instance.id=eu-1,team=a%20b,',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative',
    };
    const files = { '/ca.pem': '-----BEGIN CERTIFICATE-----' };
    const { otlp } = await load({ env: { ...ENDPOINT, ...env, ...more }, files });
    expect(otlp).toMatchObject({
      protocol: 'http/json',
      isCompressed: true,
      timeoutMs: 2_500,
      intervalMs: 15_000,
      caFile: '/ca.pem',
      attributes: { 'service.name': 'limits', 'service.instance.id': 'eu-1', team: 'a b' },
    });
    const headers = Object.entries(otlp?.headers ?? {}).map(([name, value]) => [name, value.reveal()]);
    expect(headers).toEqual([
      ['X-Api-Key', 'a=b,c'],
      ['X-Scope-OrgID', 'team 1'],
    ]);
  });

  // variable, value, the problem after the variable
  test.each([
    ['ENDPOINT', 'collector:4318', 'Not an http or https URL'],
    ['ENDPOINT', 'grpc://c:4317', 'Not an http or https URL'],
    ['ENDPOINT', 'http://u:hunter2@c', 'A user is not allowed in this URL: <secret>'],
    ['PROTOCOL', 'grpc', 'Not one of the choices: "grpc". Allowed: http/protobuf, http/json'],
    [
      'HEADERS',
      'hunter2',
      'Not a list of headers: <secret>. Allowed: headers as name=value, separated by commas',
    ],
    ['HEADERS', 'a b=hunter2', 'Not a list of headers: <secret>'],
    ['HEADERS', 'a=%zz', 'Not a list of headers: <secret>'],
    ['HEADERS', 'a=b%0Ac', 'Not a list of headers: <secret>'],
    ['COMPRESSION', 'zstd', 'Not one of the choices: "zstd". Allowed: none, gzip'],
    [
      'TIMEOUT',
      '10s',
      'Not a number of milliseconds: "10s". Allowed: a whole number of milliseconds from 1 to 86400000',
    ],
    ['CERTIFICATE', '/none.pem', 'Cannot read /none.pem: no such file'],
    ['METRICS_TEMPORALITY_PREFERENCE', 'delta', 'Not one of the choices: "delta". Allowed: cumulative'],
  ])('rejects OTEL_EXPORTER_OTLP_%s=%s', async (name, value, problem) => {
    const variable = `OTEL_EXPORTER_OTLP_${name}`;
    const error = await load({ env: { ...ENDPOINT, [variable]: value } }).catch((reason) => reason);
    expect(error.message).toContain(`${variable}: ${problem}`);
    expect(error.message).not.toContain('hunter2');
  });

  test.each([
    ['OTEL_METRIC_EXPORT_INTERVAL', '10', 'Not a number of milliseconds: "10"'],
    [
      'OTEL_RESOURCE_ATTRIBUTES',
      'team',
      'Not a list of attributes: "team". Allowed: attributes as name=value',
    ],
  ])('rejects %s=%s', async (variable, value, problem) => {
    await expect(load({ env: { ...ENDPOINT, [variable]: value } })).rejects.toThrow(
      `${variable}: ${problem}`,
    );
  });
});
