import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeAsRootWithProgram, describeWithProgram } from '../requires-program.ts';
import { startContainerd } from './containerd.ts';
import { startRegistryCache } from './registry-cache.ts';
import { prepareSkopeo } from './skopeo.ts';
import { startTlsListener, type TlsListener } from './tls-offer.ts';

const IMAGE = 'docker.io/library/nginx:latest';
let listener: TlsListener;

beforeEach(async () => {
  listener = await startTlsListener();
});
afterEach(() => listener.stop());

describeAsRootWithProgram(['containerd', 'ctr'], 'containerd', () => {
  test('ctr offers no HTTP/2', async () => {
    const containerd = await startContainerd(listener.endpoint);
    await containerd.pull(IMAGE);
    await containerd.stop();
    expect(listener.offers[0]).toEqual([]);
  });
});

describeWithProgram('skopeo', 'skopeo', () => {
  test('skopeo offers no HTTP/2', async () => {
    const skopeo = prepareSkopeo(listener.endpoint);
    await skopeo.copy(IMAGE);
    skopeo.remove();
    expect(listener.offers[0]).toEqual([]);
  });
});

describeWithProgram('docker-registry', 'docker-registry', () => {
  test('docker-registry offers HTTP/2, and ends when its hub hangs up', async () => {
    await expect(startRegistryCache(listener.endpoint)).rejects.toThrow('docker-registry ended with 2');
    expect(listener.offers[0]).toEqual(['h2', 'http/1.1']);
  });
});
