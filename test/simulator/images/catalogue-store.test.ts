import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { StoredManifest } from '../../../src/simulator/images/catalogue.ts';
import { CATALOGUE } from '../../../src/simulator/images/catalogue.ts';
import { createCatalogueStore } from '../../../src/simulator/images/catalogue-store.ts';
import { digestOf } from '../../../src/simulator/images/content.ts';

const store = createCatalogueStore();
const INDEX = /image\.index|manifest\.list/;

interface Document {
  config?: { digest: string; size: number };
  layers?: { mediaType: string; digest: string; size: number }[];
  manifests?: { digest: string; size: number; platform: { os: string }; annotations?: object }[];
}

function parse(manifest: StoredManifest): Document {
  return JSON.parse(manifest.body.toString()) as Document;
}

function manifestOf(repository: string, reference = 'latest'): StoredManifest {
  const manifest = store.manifest(repository, reference);
  if (!manifest) throw new Error(`No manifest: ${repository}:${reference}`);
  return manifest;
}

function blobOf(repository: string, digest: string): Buffer {
  const blob = store.blob(repository, digest);
  if (!blob) throw new Error(`No blob: ${repository}@${digest}`);
  return blob;
}

/** All image manifests under a manifest, itself if it is none of many. */
function imagesUnder(repository: string, manifest: StoredManifest): StoredManifest[] {
  return manifest.children?.map(({ digest }) => manifestOf(repository, digest)) ?? [manifest];
}

describe('createCatalogueStore()', () => {
  test.each(CATALOGUE.map(({ name }) => ({ name })))(
    '$name is whole: all it refers to is there',
    ({ name }) => {
      for (const tag of store.tags(name)) {
        const top = manifestOf(name, tag);
        for (const { digest, size } of parse(top).manifests ?? []) {
          expect(manifestOf(name, digest).body.length).toBe(size);
        }
        for (const image of imagesUnder(name, top)) {
          const { config, layers = [] } = parse(image);
          for (const { digest, size } of [...(config ? [config] : []), ...layers]) {
            expect(blobOf(name, digest).length).toBe(size);
            expect(digestOf(blobOf(name, digest))).toBe(digest);
          }
          expect(layers.length).toBeGreaterThan(0);
        }
      }
    },
  );

  test.each(CATALOGUE.map(({ name }) => ({ name })))(
    '$name: manifests carry their digest, media type and children',
    ({ name }) => {
      const top = manifestOf(name);
      for (const manifest of [top, ...imagesUnder(name, top)]) {
        expect(digestOf(manifest.body)).toBe(manifest.digest);
        expect(parse(manifest)).toMatchObject({ mediaType: manifest.mediaType });
        expect(manifest.children !== undefined).toBe(INDEX.test(manifest.mediaType));
      }
    },
  );

  test('layers unpack to what the configuration states', () => {
    const { config, layers = [] } = parse(manifestOf('ratelimitpreview/test'));
    const { rootfs } = JSON.parse(blobOf('ratelimitpreview/test', config?.digest ?? '').toString()) as {
      rootfs: { diff_ids: string[] };
    };
    const unpacked = layers.map(({ digest }) => gunzipSync(blobOf('ratelimitpreview/test', digest)));
    expect(unpacked.map(digestOf)).toEqual(rootfs.diff_ids);
  });

  test.each([
    { name: 'ratelimitpreview/test', mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
    { name: 'acme/tool', mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    { name: 'library/busybox', mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' },
    { name: 'library/alpine', mediaType: 'application/vnd.oci.image.index.v1+json' },
  ])('$name is of the type $mediaType', ({ name, mediaType }) => {
    expect(manifestOf(name).mediaType).toBe(mediaType);
  });

  test.each([
    { name: 'library/busybox', platforms: ['linux/amd64', 'linux/arm/v7', 'linux/arm64/v8'] },
    { name: 'acme/windows', platforms: ['windows/amd64', 'windows/amd64'] },
    {
      name: 'library/nginx',
      platforms: [
        'linux/amd64',
        'linux/arm/v7',
        'linux/arm64/v8',
        'unknown/unknown',
        'unknown/unknown',
        'unknown/unknown',
      ],
    },
  ])('$name holds $platforms', ({ name, platforms }) => {
    expect(manifestOf(name).children?.map(({ platform }) => platform)).toEqual(platforms);
  });

  test('an attestation states which image it is about', () => {
    const [amd64, , , attestation] = parse(manifestOf('library/nginx')).manifests ?? [];
    expect(attestation?.annotations).toEqual({
      'vnd.docker.reference.digest': amd64?.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    });
    const { layers = [] } = parse(manifestOf('library/nginx', attestation?.digest));
    const statement = JSON.parse(blobOf('library/nginx', layers[0]?.digest ?? '').toString()) as object;
    expect(statement).toMatchObject({
      subject: [{ digest: { sha256: amd64?.digest.replace('sha256:', '') } }],
    });
  });

  test.each([
    { name: 'library/nginx', traits: { visibility: 'public', exempt: false } },
    { name: 'acme/private', traits: { visibility: 'private', exempt: false } },
    { name: 'publisher/agent', traits: { visibility: 'public', exempt: true } },
  ])('$name has the traits $traits', ({ name, traits }) => {
    expect(store.repository(name)).toMatchObject(traits);
  });

  test('a missing repository has nothing', () => {
    const name = 'library/this-does-not-exist';
    expect(store.repository(name)).toBeUndefined();
    expect(store.manifest(name, 'latest')).toBeUndefined();
    expect(store.blob(name, manifestOf('library/nginx').digest)).toBeUndefined();
    expect(store.tags(name)).toEqual([]);
  });

  test('a repository has neither the manifests nor the blobs of another', () => {
    const { digest, body } = manifestOf('ratelimitpreview/test');
    const { config } = JSON.parse(body.toString()) as { config: { digest: string } };
    expect(store.manifest('library/nginx', digest)).toBeUndefined();
    expect(store.blob('library/nginx', config.digest)).toBeUndefined();
  });

  test('tags are in alphabetical order, and some share an image', () => {
    expect(store.tags('library/nginx')).toEqual(['1.29', '1.29-alpine', 'alpine', 'latest']);
    expect(manifestOf('library/nginx', '1.29')).toBe(manifestOf('library/nginx', 'latest'));
    expect(manifestOf('library/nginx', 'alpine').digest).not.toBe(manifestOf('library/nginx').digest);
  });

  test.each([
    {
      name: 'ratelimitpreview/test',
      digest: 'sha256:81fe769149f3de718b3e69a5ccbaf7659f00801bb15d2c36de0fcd6dcb162f5d',
    },
    {
      name: 'library/nginx',
      digest: 'sha256:cfeeb97245fcc2f5714f44438a022f91f63e167dbb9ac8d0aaf47c617a13b08a',
    },
  ])('$name is the same on every machine and in every run', ({ name, digest }) => {
    expect(manifestOf(name).digest).toBe(digest);
    expect(createCatalogueStore().manifest(name, 'latest')?.digest).toBe(digest);
  });
});
