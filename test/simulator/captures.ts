/**
 * Answers of Docker Hub as others published them, word for word. W-numbers are ours. A name that Docker did not send
 * (a user's, a UUID that was blacked out) stands for the one that was removed.
 */
export const CAPTURES = {
  /** docker/hub-feedback 2464, 2025-05-12: anonymous, nothing left, an IPv6 bucket. */
  W1: `HTTP/1.1 200 OK
content-length: 527
content-type: application/vnd.docker.distribution.manifest.v2+json
docker-content-digest: sha256:c2d41d2ba6d8b7b4a3ffec621578eb4d9a0909df29dfa2f6fd8a2e5fd0836aed
docker-distribution-api-version: registry/2.0
etag: "sha256:c2d41d2ba6d8b7b4a3ffec621578eb4d9a0909df29dfa2f6fd8a2e5fd0836aed"
date: Mon, 12 May 2025 18:16:34 GMT
strict-transport-security: max-age=31536000
ratelimit-limit: 100;w=21600
ratelimit-remaining: 0;w=21600
docker-ratelimit-source: 2001:41d0:801:2000::`,

  /** docker/hub-feedback 2339, 2023-08-23. */
  W2: `HTTP/1.1 200 OK
content-length: 2782
content-type: application/vnd.docker.distribution.manifest.v1+prettyjws
docker-content-digest: sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020
docker-distribution-api-version: registry/2.0
etag: "sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020"
date: Wed, 23 Aug 2023 17:04:23 GMT
strict-transport-security: max-age=31536000
ratelimit-limit: 100;w=21600
ratelimit-remaining: 0;w=21600
docker-ratelimit-source: 2a01:7e00::`,

  /** docker/hub-feedback 2311, 2023-03-09: a paid account. */
  W3: `HTTP/1.1 200 OK
content-length: 2782
content-type: application/vnd.docker.distribution.manifest.v1+prettyjws
docker-content-digest: sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020
docker-distribution-api-version: registry/2.0
etag: "sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020"
date: Thu, 09 Mar 2023 14:20:31 GMT
strict-transport-security: max-age=31536000
docker-ratelimit-source: 11111111-2222-4333-8444-555555555555`,

  /** docker/roadmap 701, 2024-08-29: a Pro account and an index. The proxy's own first block is left out. */
  W4: `HTTP/1.1 200 OK
content-length: 1338
content-type: application/vnd.oci.image.index.v1+json
docker-content-digest: sha256:8a37d68f4f73ebf3d4efafbcf66379bf3728902a8038616808f04e34a9ab63ee
docker-distribution-api-version: registry/2.0
etag: "sha256:8a37d68f4f73ebf3d4efafbcf66379bf3728902a8038616808f04e34a9ab63ee"
date: Thu, 29 Aug 2024 08:50:14 GMT
strict-transport-security: max-age=31536000
docker-ratelimit-source: a645ce4d-4328-42eb-8241-1624241605ef`,

  /** viadee/docker-hub-rate-limit-exporter 15, 2021-03-30: limits without a number. */
  W5: `HTTP/1.1 200 OK
Content-Length: 2782
Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws
Docker-Content-Digest: sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020
Docker-Distribution-Api-Version: registry/2.0
Etag: "sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020"
Date: Tue, 30 Mar 2021 23:17:12 GMT
Strict-Transport-Security: max-age=31536000
RateLimit-Limit: ;w=21600
RateLimit-Remaining: ;w=21600`,

  /** docker/getting-started 101, 2020-11-20: nothing left. The proxy's own first block is left out. */
  W8: `HTTP/1.1 200 OK
Content-Length: 2782
Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws
Docker-Content-Digest: sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020
Docker-Distribution-Api-Version: registry/2.0
Etag: "sha256:767a3815c34823b355bed31760d5fa3daca0aec2ce15b217c9cd83229e0e2020"
Date: Fri, 20 Nov 2020 09:34:31 GMT
Strict-Transport-Security: max-age=31536000
RateLimit-Limit: 100;w=21600
RateLimit-Remaining: 0;w=21600`,

  /** containers/image docker/errors_test.go, 2021-08-12: an unknown tag. */
  W9: `HTTP/1.1 404 Not Found
Connection: close
Content-Length: 109
Content-Type: application/json
Date: Thu, 12 Aug 2021 20:51:32 GMT
Docker-Distribution-Api-Version: registry/2.0
Ratelimit-Limit: 100;w=21600
Ratelimit-Remaining: 100;w=21600
Strict-Transport-Security: max-age=31536000

{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"this-does-not-exist"}}]}
`,

  /** charliecloud 1516, 2022-12-21: no token sent. */
  W9a: `HTTP/1.1 401 Unauthorized
content-type: application/json
docker-distribution-api-version: registry/2.0
www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"
date: Wed, 21 Dec 2022 23:03:23 GMT
content-length: 157
strict-transport-security: max-age=31536000
docker-ratelimit-source: 192.12.184.6`,

  /** docker/docs 11662, 2020-10-29: an invalid token. These two headers and the body were published. */
  W9b: `HTTP/1.1 401 Unauthorized
Content-Length: 164
Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull",error="invalid_token"

{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"ratelimitpreview/test","Action":"pull"}]}]}
`,

  /** containers/image docker/errors_test.go, 2021-08-12: an unknown repository. */
  W9c: `HTTP/1.1 401 Unauthorized
Connection: close
Content-Length: 170
Content-Type: application/json
Date: Thu, 12 Aug 2021 20:11:01 GMT
Docker-Distribution-Api-Version: registry/2.0
Strict-Transport-Security: max-age=31536000
Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/this-does-not-exist:pull",error="insufficient_scope"

{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"library/this-does-not-exist","Action":"pull"}]}]}
`,

  /** Docker's documentation, content/manuals/docker-hub/usage/pulls.md: three headers of an example. */
  W14: `HTTP/1.1 200 OK
ratelimit-limit: 100;w=21600
ratelimit-remaining: 20;w=21600
docker-ratelimit-source: 192.0.2.1`,

  /** Stack Overflow, 2022-09-08: a manifest list. Date, digest and address were not published and stand in. */
  '2022-09-08': `HTTP/1.1 200 OK
content-length: 1416
content-type: application/vnd.docker.distribution.manifest.list.v2+json
docker-content-digest: sha256:8a37d68f4f73ebf3d4efafbcf66379bf3728902a8038616808f04e34a9ab63ee
docker-distribution-api-version: registry/2.0
etag: "sha256:8a37d68f4f73ebf3d4efafbcf66379bf3728902a8038616808f04e34a9ab63ee"
date: Thu, 08 Sep 2022 10:00:00 GMT
strict-transport-security: max-age=31536000
ratelimit-limit: 100;w=21600
ratelimit-remaining: 99;w=21600
docker-ratelimit-source: 192.0.2.1`,

  /** docker/docs 13499, 2021-09-10: a personal account. These three headers were published. */
  '2021-09-10': `HTTP/1.1 200 OK
ratelimit-limit: 200;w=21600
ratelimit-remaining: 200;w=21600
docker-ratelimit-source: 186e63fa-abf0-4deb-a711-0dbd34c4a821`,

  /** 2026-07-15, HTTP/2: no token sent. */
  '2026 challenge': `HTTP/2.0 401
date: Wed, 15 Jul 2026 14:24:10 GMT
content-type: application/json
content-length: 153
docker-distribution-api-version: registry/2.0
www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ai/smollm2:pull"
docker-ratelimit-source: 2600:6c5e:1340:1::
strict-transport-security: max-age=31536000`,

  /** 2026-07-15, HTTP/2: GET by digest, signed in. The digest was published by its beginning. */
  '2026 manifest': `HTTP/2.0 200
date: Wed, 15 Jul 2026 14:24:11 GMT
content-type: application/vnd.oci.image.manifest.v1+json
content-length: 551
docker-content-digest: sha256:354bf30d00000000000000000000000000000000000000000000000000000000
docker-distribution-api-version: registry/2.0
etag: "sha256:354bf30d00000000000000000000000000000000000000000000000000000000"
docker-ratelimit-source: exampleuser
x-ratelimit-limit: 200;w=3600
ratelimit-limit: 200;w=3600
x-ratelimit-remaining: 198;w=3600
ratelimit-remaining: 198;w=3600
strict-transport-security: max-age=31536000`,

  /** 2026, HTTP/2: an anonymous HEAD. These five headers were published. */
  '2026 head': `HTTP/2 200
content-type: application/vnd.docker.distribution.manifest.v2+json
docker-content-digest: sha256:f0c7b61f00000000000000000000000000000000000000000000000000000000
docker-ratelimit-source: 140.228.65.63
ratelimit-limit: 100;w=3600
ratelimit-remaining: 100;w=3600`,

  /** 2026-08-24, HTTP/2: the pull limit. These three headers were published. */
  '2026 pull limit': `HTTP/2 429
x-ratelimit-limit: 100;w=3600
x-ratelimit-remaining: 0;w=3600
docker-ratelimit-source: 128.194.0.6`,

  /** 2026-07-15, HTTP/2: a token by POST. Tokens, cookies and trace identifiers were removed. */
  '2026 token': `HTTP/2.0 200
date: Wed, 15 Jul 2026 14:24:11 GMT
content-type: application/json
x-trace-id: 4de6a054b671cec098e42d7d4c62a925
x-trace-sampled: false
x-ratelimit-limit: 3000, 3000;w=60
x-ratelimit-remaining: 2999
x-ratelimit-reset: 49
strict-transport-security: max-age=31536000
cf-cache-status: DYNAMIC
set-cookie: __cf_bm=removed; HttpOnly; Path=/; Domain=auth.docker.io
server: cloudflare
cf-ray: a1b96de5aeb13123-ATL`,
} as const;

/** docker/hub-feedback 1907, 2020-10-25: the abuse limit. Every line ends with a bare line feed. */
export const W10_BYTES = `HTTP/1.1 429 Too Many Requests
Cache-Control: no-cache
Connection: close
Content-Type: text/plain
Retry-After: 60

Too Many Requests (HAP429).
`;

/** The texts of the pull limit by their time (W11, W12, and for an account January 2026). */
export const PULL_LIMIT_TEXTS = {
  W11: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit"}]}',
  W12: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"}]}',
  account:
    "You have reached your pull rate limit as 'hubuser': dckr_jti_9Lg3-DN__PcJ-S_X3BoAVBr-mIk=. You may increase the limit by upgrading. https://www.docker.com/increase-rate-limit",
} as const;
