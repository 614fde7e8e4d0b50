import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { createExposer, SCRAPES, textOf } from './exposer.ts';
import { outlookOf } from './outlooks.ts';
import { parseExposition } from './parse-exposition.ts';
import { INTERVAL_MS, metered, NOW, STATES, stateAfter } from './states.ts';

const EVERYTHING = Object.values(STATES);

describe('createMetrics()', () => {
  test.each([
    { format: 'text', file: 'everything.golden.txt' },
    { format: 'openmetrics', file: 'everything.golden.openmetrics.txt' },
  ] as const)('expose() writes everything as $format', async ({ format, file }) => {
    const world = createExposer(EVERYTHING);
    world.compatibility = ['viadee', 'gitlab', 'jadolg', 'tcaty'];

    const exposition = await world.metrics.expose(SCRAPES[format]);

    await expect(textOf(exposition)).toMatchFileSnapshot(`golden/${file}`);
  });

  test.each([
    { accept: SCRAPES.text.accept, contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    {
      accept: SCRAPES.openmetrics.accept,
      contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    },
  ])('expose() says $contentType', async ({ accept, contentType }) => {
    const { metrics } = createExposer(EVERYTHING);
    expect(await metrics.expose({ accept, acceptEncoding: undefined })).toMatchObject({ contentType });
  });

  test('expose() returns the same values in both formats, in any order of requests', async () => {
    const { metrics } = createExposer(EVERYTHING);
    const text = textOf(await metrics.expose(SCRAPES.text));
    const openmetrics = textOf(await metrics.expose(SCRAPES.openmetrics));
    const textAgain = textOf(await metrics.expose(SCRAPES.text));

    expect(textAgain).toBe(text);
    expect(parseExposition(openmetrics).samples).toEqual(parseExposition(text).samples);
    expect(openmetrics.endsWith('\n# EOF\n')).toBe(true);
    expect(text).not.toContain('# EOF');
  });

  test.each(['text', 'openmetrics'] as const)('expose() compresses %s to one gzip member', async (format) => {
    const { metrics } = createExposer(EVERYTHING);
    const plain = textOf(await metrics.expose(SCRAPES[format]));

    const first = await metrics.expose({ ...SCRAPES[format], acceptEncoding: 'gzip' });
    const second = await metrics.expose({ ...SCRAPES[format], acceptEncoding: 'gzip' });

    expect(first.contentEncoding).toBe('gzip');
    expect(gunzipSync(Buffer.concat(first.body)).toString()).toBe(plain);
    expect(Buffer.concat(second.body).equals(Buffer.concat(first.body))).toBe(true);
  });

  test('expose() formats the credentials once for each change, not for each scrape', async () => {
    const world = createExposer([STATES.limited]);
    await world.metrics.expose(SCRAPES.text);
    await world.metrics.expose(SCRAPES.openmetrics);
    await world.metrics.expose(SCRAPES.text);
    expect(world.asked).toBe(1);

    world.states = [stateAfter('limited', [metered(200, 75, 3_600, 'acmeci')], { hasLogin: true })];
    world.version += 1;

    expect(textOf(await world.metrics.expose(SCRAPES.text))).toContain(
      'dockerhub_ratelimit_remaining{credential="limited"} 75\n',
    );
    expect(world.asked).toBe(2);
  });

  test('expose() removes the values of a credential when they expire, and reports it as down', async () => {
    const world = createExposer([STATES.limited]);
    const expiresAt = NOW - 10_000 + 3 * INTERVAL_MS;
    const scrape = async (now: number) => {
      world.now = now;
      return textOf(await world.metrics.expose(SCRAPES.text));
    };

    const before = await scrape(expiresAt - 1);
    const after = await scrape(expiresAt);
    const clockSetBack = await scrape(expiresAt - 1);

    expect(before).toContain('dockerhub_ratelimit_remaining{credential="limited"} 76\n');
    expect(before).toContain('dockerhub_up{credential="limited"} 1\n');
    expect(after).not.toContain('dockerhub_ratelimit_remaining');
    expect(after).toContain('dockerhub_up{credential="limited"} 0\n');
    expect(after).toContain('dockerhub_last_success_timestamp_seconds{credential="limited"}');
    expect(clockSetBack).toBe(before);
  });

  test('expose() updates a forecast that arrives after its result', async () => {
    const world = createExposer([STATES.limited]);
    world.outlookOf = () => undefined;
    expect(textOf(await world.metrics.expose(SCRAPES.text))).not.toContain('_exhaustion_timestamp_seconds');

    world.outlookOf = outlookOf;
    world.version += 1;

    expect(textOf(await world.metrics.expose(SCRAPES.text))).toContain(
      `dockerhub_ratelimit_exhaustion_timestamp_seconds{credential="limited"} ${NOW / 1_000 - 10 + 4_200}\n`,
    );
  });

  test('expose() removes a removed credential', async () => {
    const world = createExposer([STATES.limited, STATES.exhausted]);
    await world.metrics.expose(SCRAPES.text);

    world.states = [STATES.limited];
    world.version += 1;

    expect(textOf(await world.metrics.expose(SCRAPES.text))).not.toContain('"exhausted"');
  });

  test('expose() applies a change of compatibility names', async () => {
    const world = createExposer([STATES.limited]);
    expect(textOf(await world.metrics.expose(SCRAPES.text))).not.toContain('dockerhub_limit_');

    world.compatibility = ['viadee'];

    expect(textOf(await world.metrics.expose(SCRAPES.text))).toContain(
      'dockerhub_limit_remaining_requests_total{limit="remaining_requests_total",credential="limited"} 76\n',
    );
  });

  test('expose() applies a reload at once', async () => {
    const world = createExposer([STATES.limited]);
    await world.metrics.expose(SCRAPES.text);

    world.reload = { successful: false, lastSuccessAt: undefined };
    const text = textOf(await world.metrics.expose(SCRAPES.text));

    expect(text).toContain('dockerhub_exporter_config_last_reload_successful 0\n');
    expect(text).not.toContain('dockerhub_exporter_config_last_reload_success_timestamp_seconds');
  });

  test('exposeProbe() returns the metrics of the probe and the credential, without the process', async () => {
    const { metrics } = createExposer(EVERYTHING);

    const exposition = await metrics.exposeProbe(SCRAPES.text, {
      successful: true,
      durationMs: 312,
      state: STATES.limited,
    });

    const { samples } = parseExposition(textOf(exposition));
    expect(samples.get('probe_success{}')).toBe('1');
    expect(samples.get('probe_duration_seconds{}')).toBe('0.312');
    expect(samples.get('dockerhub_ratelimit_remaining{credential="limited"}')).toBe('76');
    const others = [...samples.keys()].filter(
      (series) => !series.startsWith('probe_') && !series.includes('credential="limited"'),
    );
    expect(others).toEqual([]);
  });

  test('exposeProbe() ends OpenMetrics and compresses', async () => {
    const { metrics } = createExposer([]);
    const report = { successful: false, durationMs: 9_500, state: STATES.waiting };

    const exposition = await metrics.exposeProbe({ ...SCRAPES.openmetrics, acceptEncoding: 'gzip' }, report);

    expect(gunzipSync(Buffer.concat(exposition.body)).toString()).toMatch(
      /^# HELP probe_success .*# EOF\n$/s,
    );
  });

  test.each(Object.entries(STATES))('expose() agrees with the view of %s', async (_, state) => {
    const { metrics } = createExposer([state]);
    const { samples } = parseExposition(textOf(await metrics.expose(SCRAPES.text)));
    const value = (family: string) =>
      [...samples].find(([series]) => series.startsWith(`${family}{credential=`))?.[1];
    const view = takeSnapshot(state, NOW);

    expect(value('dockerhub_up')).toBe(view.up === undefined ? undefined : String(Number(view.up)));
    expect(value('dockerhub_ratelimit_remaining')).toBe(view.limited && String(view.limited.remaining));
    expect(value('dockerhub_ratelimit_limit')).toBe(view.limited && String(view.limited.limit));
    expect(value('dockerhub_polls_total')).toBe(String(view.polls));
  });
});
