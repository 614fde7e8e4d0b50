// @peculiar/x509, which is imported below for its names, needs it.
import 'reflect-metadata/lite';

/** Packages that are installed beside Headroom: one has native code, the other runs in a thread. */
const EXTERNAL = ['libsql', 'bcryptjs'];

/**
 * The parts of undici that src/ imports. Its index.js also loads `fetch`, caches, WebSockets, mocks and retries: that is 800 KB of code,
 * half of the time that `headroom check` needs to start, and 10 MiB of memory.
 */
const UNDICI = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import api from 'undici/lib/api/index.js';
Object.assign(Dispatcher.prototype, api);
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
`;

const undiciParts = {
  name: 'undici-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'parts' }));
    onLoad({ filter: /^undici$/, namespace: 'parts' }, () => ({
      contents: UNDICI,
      resolveDir: import.meta.dirname,
    }));
  },
};

/**
 * Gives `import('PACKAGE')` the names that Node.js gives it. esbuild gives only `default` to a package in CommonJS, as it does not know
 * the names before the package runs.
 */
const namedImports = {
  name: 'named-imports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind !== 'dynamic-import' || path.startsWith('node:') || EXTERNAL.includes(path)) return undefined;
      return { path, namespace: 'named' };
    });
    onLoad({ filter: /./, namespace: 'named' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^\w+$/.test(name));
      const exported = names.map((name) =>
        name === 'default' ? 'export default all.default;' : `export const ${name} = all.${name};`,
      );
      return {
        contents: [`import * as all from '${path}';`, ...exported].join('\n'),
        resolveDir: import.meta.dirname,
      };
    });
  },
};

/**
 * The options of esbuild for the bundles of src/ with its packages. One file of a bundle is read much faster than hundreds of files of
 * packages. Each `import()` starts a file of its own, so that a command reads only what it runs.
 */
export const BUNDLES = {
  entryPoints: {
    main: 'src/main.ts',
    'plan-process': 'src/plan-process.ts',
    'reader-program': 'src/history/sqlite/reader-program.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  external: EXTERNAL,
  // The text of the sources is left out: file, line and column are enough for a stack trace.
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  // CommonJS packages require Node's own modules. `import 'node:module'` would also load its source maps: 15 % of `--version`.
  banner: { js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);" },
  plugins: [undiciParts, namedImports],
  metafile: true,
  logLevel: 'warning',
};
