import { describe, expect, test } from 'vitest';
import { load } from '../load.ts';

function yamlOf(...lines: string[]): string {
  const own = lines.map((line) => `    ${line}`);
  return ['history:', '  backend: prometheus', '  prometheus:', '    url: http://p:9090/x', ...own].join(
    '\n',
  );
}

describe('readHistory()', () => {
  test('uses no Prometheus unless it is configured', async () => {
    expect((await load({})).history).toMatchObject({ backend: 'sqlite', prometheus: undefined });
  });

  test('reads the address of Prometheus and the query settings', async () => {
    const yaml = yamlOf(`matcher: 'job="headroom",cluster=~"prod.*"'`, 'ca_file: ca.pem');
    const files = { '/etc/ca.pem': '-----BEGIN CERTIFICATE-----' };
    const { history, maskedYaml } = await load({ yaml, files });
    expect(history.prometheus).toMatchObject({
      matchers: [
        { label: 'job', operator: '=', value: 'headroom' },
        { label: 'cluster', operator: '=~', value: 'prod.*' },
      ],
      caFile: '/etc/ca.pem',
    });
    expect(history.prometheus?.url.href).toBe('http://p:9090/x');
    expect(maskedYaml).toContain(String.raw`matcher: "job=\"headroom\",cluster=~\"prod.*\""`);
  });

  // lines, the header that is sent
  test.each<[string[], string | undefined]>([
    [[], undefined],
    [['bearer_token: a.b-c=='], 'Bearer a.b-c=='],
    [['bearer_token_file: token'], 'Bearer t0ken'],
    [['username: ü', 'password: "a:b"'], `Basic ${Buffer.from('ü:a:b').toString('base64')}`],
    [['username: u', 'password_file: token'], `Basic ${Buffer.from('u:t0ken').toString('base64')}`],
  ])('is let in by %j', async (lines, header) => {
    const { history } = await load({ yaml: yamlOf(...lines), files: { '/etc/token': 't0ken\n' } });
    expect((await history.prometheus?.readAuthorization())?.reveal()).toBe(header);
  });

  test('reads headers and their files, and masks their values', async () => {
    const yaml = yamlOf('headers: { X-Scope-OrgID: team-a|team-b }', 'headers_file: { X-Key: key }');
    const { history, maskedYaml } = await load({ yaml, files: { '/etc/key': 'hunter2\n' } });
    const headers = Object.entries(history.prometheus?.headers ?? {});
    expect(await Promise.all(headers.map(async ([name, read]) => [name, (await read()).reveal()]))).toEqual([
      ['X-Scope-OrgID', 'team-a|team-b'],
      ['X-Key', 'hunter2'],
    ]);
    expect(maskedYaml).toContain('X-Scope-OrgID: <secret>');
  });

  // lines, the proxy
  test.each<[string[], string | undefined]>([
    [[], undefined],
    [['proxy_url: "http://u:p@proxy:3128"'], 'http://u:p@proxy:3128'],
    [['proxy_url_file: proxy'], 'socks5://proxy:1080'],
  ])('is reached through the proxy of %j', async (lines, proxy) => {
    const { history, maskedYaml } = await load({
      yaml: yamlOf(...lines),
      files: { '/etc/proxy': 'socks5://proxy:1080\n' },
    });
    expect(history.prometheus?.proxyUrl?.reveal()).toBe(proxy);
    expect(maskedYaml).not.toContain('u:p');
  });
});
