import { describe, expect, test } from 'vitest';
import { problemsOf } from './load.ts';

const AT = '/etc/headroom.yml';
const DURATION = 'a duration such as 10s, 5m, 1h30m or 90d';
const CRON =
  'a cron expression of 5 fields (minute, hour, day of month, month, day of week) or 6 (second first), in quotes';
const IMAGE = 'an image on Docker Hub, such as nginx, acme/app:1.2 or docker.io/acme/app@sha256:…';
const HUB_URL =
  'an http or https URL such as https://registry-1.docker.io, without user, path, query and fragment';
const NAME = '1 to 64 letters, digits, spaces and . _ @ + -, with a letter or digit at both ends';
const SECRET = 'text that is not empty, in quotes if it is only digits or contains special characters';
const PATH = 'the path of a readable file; in the configuration file, relative to its folder';
const PROXY =
  'an http, https or socks5 URL without path, such as http://user:password@proxy.example.com:3128';
const LISTEN = 'host:port, [IPv6 address]:port, or :port for every interface; ports from 0 to 65535';
const CREDENTIAL_KEYS =
  'name, username, password, password_file, docker_config_file, route, schedule, timezone, jitter, timeout, image';

const MATCHERS = 'a list of label matchers without braces, such as job="headroom",cluster=~"prod.*"';
const WAYS_IN =
  'bearer_token, bearer_token_file, username with password, or username with password_file; or none of them';

/** A history that is read from Prometheus, with these lines. */
function prometheus(...lines: string[]): string {
  const own = lines.map((line) => `    ${line}`);
  return ['history:', '  backend: prometheus', '  prometheus:', ...own].join('\n');
}

/** A credential named `ci` with these lines. */
function ci(...lines: string[]): string {
  return ['credentials:', '  - name: ci', ...lines.map((line) => `    ${line}`)].join('\n');
}

/** Every file that a row may name, and what is in it. */
const FILES = {
  '/etc/empty': '\n',
  '/etc/secret': 'hunter2\n',
  '/etc/long': 'x'.repeat(16_385),
  '/etc/list.json': '[]',
  '/etc/other.json': '{"auths":{"ghcr.io":{"auth":"Y2k6aHVudGVyMg=="}}}',
  '/etc/bad-auth.json': '{"auths":{"docker.io":{"auth":"aHVudGVyMg=="}}}',
  '/etc/bad-helper.json': '{"credsStore":"../evil"}',
};

/** A rule; one wrong file; the lines that are printed for it, without the file's name in front. */
const ROWS: readonly (readonly [rule: string, yaml: string, ...problems: string[]])[] = [
  // The form of the file
  [
    'a map of sections',
    '- poll',
    ':1:1: Not a map. Allowed: a map of sections, such as poll: and credentials:',
  ],
  ['a bracket is closed', 'poll: [', ':1:8: The indentation is wrong, or a bracket is missing'],
  ['no tabs', 'poll:\n\ttimeout: 5s', ':2:1: Tabs are not allowed as indentation'],
  ['no second colon', 'poll: a: b', ':1:7: A second ": " on the line: text that contains it needs quotes'],
  [
    'no special character in front',
    'poll: @a',
    ':1:7: Text that starts with a special character needs quotes',
  ],
  ['no unknown tag', 'poll: !a b', ':1:7: A tag is not known: text that starts with "!" needs quotes'],
  ['one document', 'poll: {}\n---\nhub: {}', ':2:1: The file contains more than one YAML document'],
  ['a key once', 'poll: {}\npoll: {}', ':2:1: poll: Duplicate key'],
  ['a text as key', '[poll]: {}', ':1:1: A key must be text'],
  [
    'an alias after its anchor',
    'poll: *a',
    ':1:7: An alias has no anchor before it: text that starts with "*" needs quotes',
  ],
  [
    'no anchor around its alias',
    'poll: &a [*a]',
    ':1:10: poll: Not a map. Allowed: a map with the keys schedule, timezone, jitter, timeout, concurrency, image',
    ':1:11: Nested more than 30 levels deep',
  ],
  ['no binary value', 'poll: !!binary aGk=', ':1:16: Only text, numbers, true and false can be values'],

  // Keys
  [
    'a known section',
    'hob: {}',
    ':1:1: hob: Unknown key, did you mean hub. Allowed: poll, hub, credentials, history, alerts, metrics, spending, web, log',
  ],
  [
    'a known key',
    'poll: { concurency: 1 }',
    ':1:9: poll.concurency: Unknown key, did you mean concurrency. Allowed: schedule, timezone, jitter, timeout, concurrency, image',
  ],
  [
    'a known key, nothing near',
    'log: { colour: never }',
    ':1:8: log.colour: Unknown key. Allowed: level, format',
  ],
  [
    'a known key of a credential',
    ci('pasword: hunter2'),
    `:3:5: credentials[0].pasword: Unknown key, did you mean password. Allowed: ${CREDENTIAL_KEYS}`,
  ],
  [
    'a known key of a route',
    ci('route: { proxy: "http://a" }'),
    ':3:14: credentials[0].route.proxy: Unknown key. Allowed: local_address, ip_family, proxy_url, proxy_url_file',
  ],
  ['a section is a map', 'log: debug', ':1:6: log: Not a map. Allowed: a map with the keys level, format'],
  [
    'a key has a value',
    'log:\n  level:',
    ':2:9: log.level: Not one of the choices: nothing. Allowed: debug, info, warn, error',
  ],

  // poll
  [
    'a duration has a unit',
    'poll: { timeout: 10 }',
    `:1:18: poll.timeout: Not a duration: 10. Allowed: ${DURATION}, from 100ms to 5m`,
  ],
  [
    'timeout from 100 ms',
    'poll: { timeout: 99ms }',
    `:1:18: poll.timeout: Out of range: "99ms". Allowed: ${DURATION}, from 100ms to 5m`,
  ],
  [
    'timeout to 5 min',
    'poll: { timeout: 301s }',
    `:1:18: poll.timeout: Out of range: "301s". Allowed: ${DURATION}, from 100ms to 5m`,
  ],
  [
    'jitter to 1 h',
    'poll: { jitter: 2h }',
    `:1:17: poll.jitter: Out of range: "2h". Allowed: ${DURATION}, from 0s to 1h`,
  ],
  [
    'a cron expression',
    'poll: { schedule: hourly }',
    `:1:19: poll.schedule: Not a cron expression: "hourly". Allowed: ${CRON}`,
  ],
  [
    'no nickname',
    'poll: { schedule: "@hourly" }',
    `:1:19: poll.schedule: Not a cron expression: "@hourly". Allowed: ${CRON}`,
  ],
  [
    '5 or 6 fields',
    'poll: { schedule: "* * * *" }',
    `:1:19: poll.schedule: Not a cron expression, it has 4 fields: "* * * *". Allowed: ${CRON}`,
  ],
  [
    'a field in range',
    'poll: { schedule: "61 * * * *" }',
    `:1:19: poll.schedule: Not a cron expression, its minute is wrong: "61 * * * *". Allowed: ${CRON}`,
  ],
  [
    'a day that exists',
    'poll: { schedule: "0 0 30 2 *" }',
    `:1:19: poll.schedule: Not a cron expression, its day of month is wrong: "0 0 30 2 *". Allowed: ${CRON}`,
  ],
  [
    'a whole number',
    'poll: { concurrency: 1.5 }',
    ':1:22: poll.concurrency: Not a whole number: 1.5. Allowed: a whole number from 1 to 1000',
  ],
  [
    'a number, not a text',
    'poll: { concurrency: "4" }',
    ':1:22: poll.concurrency: Not a whole number: "4". Allowed: a whole number from 1 to 1000',
  ],
  [
    'a number in range',
    'poll: { concurrency: 0 }',
    ':1:22: poll.concurrency: Out of range: 0. Allowed: a whole number from 1 to 1000',
  ],
  [
    'an image reference',
    'poll: { image: "a b" }',
    `:1:16: poll.image: Not an image reference: "a b". Allowed: ${IMAGE}`,
  ],
  [
    'an image on Docker Hub',
    'poll: { image: ghcr.io/a/b }',
    `:1:16: poll.image: Not on Docker Hub but on ghcr.io: "ghcr.io/a/b". Allowed: ${IMAGE}`,
  ],
  [
    'no list where a value belongs',
    'poll: { timeout: [1s] }',
    `:1:18: poll.timeout: Not a duration: a list. Allowed: ${DURATION}, from 100ms to 5m`,
  ],

  // hub
  [
    'a URL',
    'hub: { url: registry-1.docker.io }',
    `:1:13: hub.url: Not an http or https URL: "registry-1.docker.io". Allowed: ${HUB_URL}`,
  ],
  [
    'no other scheme',
    'hub: { url: "ftp://a" }',
    `:1:13: hub.url: Not an http or https URL: "ftp://a". Allowed: ${HUB_URL}`,
  ],
  [
    'no user',
    'hub: { url: "https://a:hunter2@b" }',
    `:1:13: hub.url: A user is not allowed in this URL: <secret>. Allowed: ${HUB_URL}`,
  ],
  [
    'no query',
    'hub: { url: "https://b/?token=hunter2" }',
    `:1:13: hub.url: Query and fragment are not allowed in this URL: <secret>. Allowed: ${HUB_URL}`,
  ],
  [
    'no path',
    'hub: { url: "https://b/v2/" }',
    `:1:13: hub.url: A path is not allowed in this URL: "https://b/v2/". Allowed: ${HUB_URL}`,
  ],
  [
    'no plain http to others',
    'hub: { url: "http://10.0.0.1:5000" }',
    ':1:13: hub.url: Passwords would be sent without encryption: http://10.0.0.1:5000. Allowed: https, http to this machine, or any http with hub.allow_insecure: true',
  ],
  [
    'a likeness of loopback is none',
    'hub: { url: "http://localhost.example.com" }',
    ':1:13: hub.url: Passwords would be sent without encryption: http://localhost.example.com. Allowed: https, http to this machine, or any http with hub.allow_insecure: true',
  ],
  [
    'true or false',
    'hub: { allow_insecure: yes }',
    ':1:24: hub.allow_insecure: Not true or false: "yes". Allowed: true, false',
  ],
  [
    'a CA file that is there',
    'hub: { ca_file: nope.pem }',
    ':1:17: hub.ca_file: Cannot read /etc/nope.pem: no such file',
  ],
  [
    'a CA file with a certificate',
    'hub: { ca_file: /etc/secret }',
    ':1:17: hub.ca_file: Cannot use /etc/secret: it contains no certificate in PEM form',
  ],
  [
    'a path is text',
    'hub: { ca_file: 1 }',
    `:1:17: hub.ca_file: Not the path of a file: 1. Allowed: ${PATH}`,
  ],

  // credentials
  [
    'a list',
    'credentials: { name: ci }',
    `:1:14: credentials: Not a list: a map. Allowed: a list of credentials: a map with the keys ${CREDENTIAL_KEYS}`,
  ],
  [
    'a list with something in it',
    'credentials: []',
    `:1:14: credentials: An empty list. Allowed: a list of credentials: a map with the keys ${CREDENTIAL_KEYS}`,
  ],
  [
    'a list of maps',
    'credentials: [hunter2]',
    `:1:15: credentials[0]: Not a map. Allowed: a map with the keys ${CREDENTIAL_KEYS}`,
  ],
  ['a name', 'credentials: [{}]', `:1:15: credentials[0].name: The name is missing. Allowed: ${NAME}`],
  [
    'a name without slash',
    'credentials: [{ name: a/b }]',
    `:1:23: credentials[0].name: Not a name: "a/b". Allowed: ${NAME}`,
  ],
  [
    'a name of bounded length',
    `credentials: [{ name: ${'a'.repeat(65)} }]`,
    `:1:23: credentials[0].name: Not a name: "${'a'.repeat(65)}". Allowed: ${NAME}`,
  ],
  [
    'a name that is text',
    'credentials: [{ name: 7 }]',
    `:1:23: credentials[0].name: Not a name: 7. Allowed: ${NAME}`,
  ],
  [
    'a name once',
    'credentials:\n  - name: ci\n  - name: ci',
    `:3:11: credentials[1].name: Duplicate name, first used at ${AT}:2:11: "ci"`,
  ],
  [
    'a user name without password',
    ci('username: "acme:hunter2"', 'password: x'),
    ':3:15: credentials[0].username: Not a user name: <secret>. Allowed: text without ":", in quotes if it is only digits',
  ],
  [
    'a user with a password',
    ci('username: acme'),
    ':3:15: credentials[0].username: The password is missing. Allowed: username with password or password_file',
  ],
  [
    'a password with a user',
    ci('password: hunter2'),
    ':3:15: credentials[0].password: The username is missing. Allowed: username with password',
  ],
  [
    'a password file with a user',
    ci('password_file: /etc/secret'),
    ':3:20: credentials[0].password_file: The username is missing. Allowed: username with password_file',
  ],
  [
    'a password as text',
    ci('username: acme', 'password: 12345'),
    `:4:15: credentials[0].password: Not a text: <secret>. Allowed: ${SECRET}`,
  ],
  [
    'a password that is one value',
    ci('username: acme', 'password: [hunter2]'),
    `:4:15: credentials[0].password: Not a text: a list. Allowed: ${SECRET}`,
  ],
  [
    'a password that is not empty',
    ci('username: acme', 'password: ""'),
    `:4:15: credentials[0].password: Not a text: <secret>. Allowed: ${SECRET}`,
  ],
  [
    'one password',
    ci('username: acme', 'password: hunter2', 'password_file: /etc/secret'),
    ':5:20: credentials[0].password_file: The credential has another password. Allowed: password or password_file',
  ],
  [
    'a password file that is there',
    ci('username: acme', 'password_file: nope'),
    ':4:20: credentials[0].password_file: Cannot read /etc/nope: no such file',
  ],
  [
    'a password file with a password',
    ci('username: acme', 'password_file: /etc/empty'),
    ':4:20: credentials[0].password_file: Cannot use /etc/empty: it is empty',
  ],
  [
    'a password file of bounded length',
    ci('username: acme', 'password_file: /etc/long'),
    ':4:20: credentials[0].password_file: Cannot use /etc/long: it is longer than 16384 characters',
  ],
  [
    'one login',
    ci('username: acme', 'password: hunter2', 'docker_config_file: /etc/x'),
    ':5:25: credentials[0].docker_config_file: The credential has another login. Allowed: docker_config_file alone, or username with password or password_file',
    ':5:25: credentials[0].docker_config_file: Cannot read /etc/x: no such file',
  ],
  [
    'a Docker configuration that is there',
    ci('docker_config_file: nope'),
    ':3:25: credentials[0].docker_config_file: Cannot read /etc/nope: no such file',
  ],
  [
    'a Docker configuration in JSON',
    ci('docker_config_file: /etc/secret'),
    ':3:25: credentials[0].docker_config_file: Cannot use /etc/secret: it is not JSON',
  ],
  [
    'a Docker configuration that is an object',
    ci('docker_config_file: /etc/list.json'),
    ':3:25: credentials[0].docker_config_file: Cannot use /etc/list.json: it is not a JSON object',
  ],
  [
    'a Docker configuration for Docker Hub',
    ci('docker_config_file: /etc/other.json'),
    ':3:25: credentials[0].docker_config_file: Cannot use /etc/other.json: it has no Docker Hub login',
  ],
  [
    'a Docker configuration with user and password',
    ci('docker_config_file: /etc/bad-auth.json'),
    ':3:25: credentials[0].docker_config_file: Cannot use /etc/bad-auth.json: "auth" does not contain user:password',
  ],
  [
    'a helper with an ordinary name',
    ci('docker_config_file: /etc/bad-helper.json'),
    ':3:25: credentials[0].docker_config_file: Cannot use /etc/bad-helper.json: the name of its credential helper is not allowed',
  ],
  [
    'poll keys per credential',
    ci('timeout: 1h'),
    `:3:14: credentials[0].timeout: Out of range: "1h". Allowed: ${DURATION}, from 100ms to 5m`,
  ],

  // credentials[].route
  [
    'a proxy speaks http or socks5',
    ci('route: { proxy_url: "socks4://proxy:1080" }'),
    `:3:25: credentials[0].route.proxy_url: Not the URL of an http, https or socks5 proxy: "socks4://proxy:1080". Allowed: ${PROXY}`,
  ],
  [
    'a proxy is a URL',
    ci('route: { proxy_url: "user:hunter2@proxy" }'),
    `:3:25: credentials[0].route.proxy_url: Not the URL of an http, https or socks5 proxy: <secret>. Allowed: ${PROXY}`,
  ],
  [
    'one proxy',
    ci('route: { proxy_url: "http://a", proxy_url_file: /etc/secret }'),
    ':3:53: credentials[0].route.proxy_url_file: The route has another proxy. Allowed: proxy_url or proxy_url_file',
    `:3:53: credentials[0].route.proxy_url_file: Cannot use /etc/secret: it does not contain the URL of an http, https or socks5 proxy`,
  ],
  [
    'an IP family',
    ci('route: { ip_family: 5 }'),
    ':3:25: credentials[0].route.ip_family: Not one of the choices: 5. Allowed: 4, 6',
  ],
  [
    'a local address',
    ci('route: { local_address: eth0 }'),
    ':3:29: credentials[0].route.local_address: Not an IP address: "eth0". Allowed: an IPv4 or IPv6 address of this machine, such as 10.0.0.7 or 2001:db8::7',
  ],
  [
    'an address of the family',
    ci('route: { local_address: 10.0.0.7, ip_family: 6 }'),
    ':3:29: credentials[0].route.local_address: Not an IPv6 address: "10.0.0.7". Allowed: an address of the family that ip_family names',
  ],

  // metrics
  [
    'a list of exporters',
    'metrics: { compatibility: viadee }',
    ':1:27: metrics.compatibility: Not a list. Allowed: a list of exporters: viadee, gitlab, jadolg, tcaty',
  ],
  [
    'a known exporter',
    'metrics: { compatibility: [tcatty] }',
    ':1:28: metrics.compatibility[0]: Not one of the choices, did you mean tcaty: "tcatty". Allowed: viadee, gitlab, jadolg, tcaty',
  ],
  [
    'an exporter once',
    'metrics: { compatibility: [tcaty, tcaty] }',
    ':1:35: metrics.compatibility[1]: Duplicate entry: "tcaty"',
  ],

  // history
  [
    'a backend that is known',
    'history: { backend: promeths }',
    ':1:21: history.backend: Not one of the choices, did you mean prometheus: "promeths". Allowed: sqlite, prometheus',
  ],
  [
    'a place of Prometheus',
    'history: { backend: prometheus }',
    ':1:21: history.backend: The URL of Prometheus is missing. Allowed: history.prometheus.url, such as http://prometheus:9090',
  ],
  [
    'a URL of Prometheus',
    'history: { backend: prometheus, prometheus: {} }',
    ':1:45: history.prometheus.url: The URL is missing. Allowed: history.prometheus.url, such as http://prometheus:9090',
  ],
  [
    'Prometheus with its backend only',
    'history: { prometheus: { url: "http://p" } }',
    ':1:24: history.prometheus: Has no effect with this backend. Allowed: with backend: prometheus only',
  ],
  [
    'a URL without a query',
    prometheus('url: "http://p/x?a=b"'),
    ':4:10: history.prometheus.url: Query and fragment are not allowed in this URL: <secret>. Allowed: an http or https URL such as http://prometheus:9090, without user, query and fragment',
  ],
  [
    'matchers without braces',
    prometheus('url: http://p', `matcher: '{job="a"}'`),
    `:5:14: history.prometheus.matcher: Not a label matcher, from character 1 on: "{job=\\"a\\"}". Allowed: ${MATCHERS}`,
  ],
  [
    'no names among the matchers',
    prometheus('url: http://p', `matcher: __name__="up"`),
    `:5:14: history.prometheus.matcher: The names of the series are set by Headroom: "__name__=\\"up\\"". Allowed: ${MATCHERS}`,
  ],
  [
    'one way into Prometheus',
    prometheus('url: http://p', 'bearer_token: a', 'bearer_token_file: secret'),
    `:6:24: history.prometheus.bearer_token_file: Only one kind of authentication is allowed. Allowed: ${WAYS_IN}`,
  ],
  [
    'no user beside a token',
    prometheus('url: http://p', 'bearer_token: a', 'username: a'),
    `:6:15: history.prometheus.username: The password is missing. Allowed: ${WAYS_IN}`,
  ],
  [
    'a password with its user',
    prometheus('url: http://p', 'password_file: secret'),
    `:5:20: history.prometheus.password_file: The username is missing. Allowed: ${WAYS_IN}`,
  ],
  [
    'a token that a header can carry',
    prometheus('url: http://p', 'bearer_token: "a b"'),
    ':5:19: history.prometheus.bearer_token: Cannot use it: a bearer token is one word of letters, digits and - . _ ~ + / =',
  ],
  [
    'a token file that is there',
    prometheus('url: http://p', 'bearer_token_file: nowhere'),
    ':5:24: history.prometheus.bearer_token_file: Cannot read /etc/nowhere: no such file',
  ],
  [
    'no header of the connection',
    prometheus('url: http://p', 'headers: { Content-Type: text/plain }'),
    ':5:16: history.prometheus.headers.Content-Type: Headroom sets this header itself. Allowed: names of headers that Headroom does not set itself',
  ],
  [
    'a header has a name',
    prometheus('url: http://p', 'headers: { "X Scope": a }'),
    ':5:16: history.prometheus.headers.X Scope: Not the name of a header. Allowed: names of headers that Headroom does not set itself',
  ],
  [
    'headers are a map',
    prometheus('url: http://p', 'headers: [X-Scope-OrgID]'),
    `:5:14: history.prometheus.headers: Not a map. Allowed: a map of header names to ${SECRET}`,
  ],
  [
    'a tenant of digits is in quotes',
    prometheus('url: http://p', 'headers: { X-Scope-OrgID: 42 }'),
    `:5:31: history.prometheus.headers.X-Scope-OrgID: Not a text: <secret>. Allowed: ${SECRET}`,
  ],
  [
    'a header once',
    prometheus('url: http://p', 'headers: { X-Key: a, x-key: b }', 'headers_file: { X-KEY: secret }'),
    ':5:33: history.prometheus.headers.x-key: The header is also in headers. Allowed: each header once, in upper or lower case',
    ':6:28: history.prometheus.headers_file.X-KEY: The header is also in headers. Allowed: headers or headers_file',
  ],
  [
    'a file of a header',
    prometheus('url: http://p', 'headers_file: { X-Key: nowhere }'),
    ':5:28: history.prometheus.headers_file.X-Key: Cannot read /etc/nowhere: no such file',
  ],
  [
    'one login',
    prometheus('url: http://p', 'bearer_token: a', 'headers: { authorization: b }'),
    ':6:31: history.prometheus.headers.authorization: Only one kind of authentication is allowed. Allowed: this header, or the other keys',
  ],
  [
    'the URL of a proxy',
    prometheus('url: http://p', 'proxy_url: ftp://proxy'),
    `:5:16: history.prometheus.proxy_url: Not the URL of an http, https or socks5 proxy: "ftp://proxy". Allowed: ${PROXY}`,
  ],
  [
    'one proxy',
    prometheus('url: http://p', 'proxy_url: http://p:1', 'proxy_url_file: secret'),
    ':6:21: history.prometheus.proxy_url_file: The server has another proxy. Allowed: proxy_url or proxy_url_file',
    ':6:21: history.prometheus.proxy_url_file: Cannot use /etc/secret: it does not contain the URL of an http, https or socks5 proxy',
  ],
  [
    'certificates for Prometheus',
    prometheus('url: http://p', 'ca_file: secret'),
    ':5:14: history.prometheus.ca_file: Cannot use /etc/secret: it contains no certificate in PEM form',
  ],

  // web
  [
    'whether other machines may change something',
    'web: { enable_admin: "yes" }',
    ':1:22: web.enable_admin: Not true or false: "yes". Allowed: true, false',
  ],
  ...['https://a.example', 'a.example:80', 'a/b', '*.example', '[::1]:80', ''].map(
    (name) =>
      [
        `a host name, not ${name}`,
        `web: { allowed_hosts: ["${name}"] }`,
        `:1:24: web.allowed_hosts[0]: Not a host name: "${name}". Allowed: names or IP addresses such as headroom.example.com, without scheme, port and path`,
      ] as const,
  ),
  [
    'an address in quotes',
    'web: { listen_address: 10429 }',
    `:1:24: web.listen_address: Not an address to listen on: 10429. Allowed: ${LISTEN}`,
  ],
  [
    'a port in range',
    'web: { listen_address: ":65536" }',
    `:1:24: web.listen_address: Not an address to listen on: ":65536". Allowed: ${LISTEN}`,
  ],
  [
    'brackets around IPv6',
    'web: { listen_address: "::1:80" }',
    `:1:24: web.listen_address: Not an address to listen on: "::1:80". Allowed: ${LISTEN}`,
  ],
  [
    'brackets around IPv6 only',
    'web: { listen_address: ["[a]:80"] }',
    `:1:25: web.listen_address[0]: Not an address to listen on: "[a]:80". Allowed: ${LISTEN}`,
  ],
  [
    'an address once',
    'web: { listen_address: [":1", ":1"] }',
    ':1:31: web.listen_address[1]: Duplicate entry: ":1"',
  ],
  [
    'a prefix from the root',
    'web: { route_prefix: headroom }',
    ':1:22: web.route_prefix: Not a path: "headroom". Allowed: a path that starts with /, such as /headroom',
  ],
  [
    'an external URL',
    'web: { external_url: "ftp://a" }',
    ':1:22: web.external_url: Not an http or https URL: "ftp://a". Allowed: an http or https URL such as https://headroom.example.com/path, without user, query and fragment',
  ],
  [
    'a web configuration that is there',
    'web: { config_file: web.yml }',
    ':1:21: web.config_file: Cannot read /etc/web.yml: no such file',
  ],

  // log
  [
    'a level',
    'log: { level: warning }',
    ':1:15: log.level: Not one of the choices, did you mean warn: "warning". Allowed: debug, info, warn, error',
  ],
  [
    'a format',
    'log: { format: text }',
    ':1:16: log.format: Not one of the choices: "text". Allowed: logfmt, json',
  ],
];

describe('loadConfig() rejects a file that breaks a rule', () => {
  test.each(ROWS)('%s', async (_rule, yaml, ...problems) => {
    const lines = await problemsOf({ yaml, files: FILES });

    expect(lines).toEqual(problems.map((problem) => `${AT}${problem}`));
  });
});
