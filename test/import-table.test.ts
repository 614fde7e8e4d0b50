import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Who may import what. The key is a folder of src/ ('.' is the composition root); `modules` are other folders of src/, `packages` are
 * npm packages, `node` states whether Node's own modules may be used. A new dependency is a line here. undici is imported by
 * kit/ alone: every request to another machine goes through `kit/http/http-client.ts`, which handles proxies and dead addresses.
 */
const TABLE: Record<string, { modules: string[]; packages: string[]; node: boolean }> = {
  kit: { modules: [], packages: ['undici', 'yaml'], node: true },
  domain: { modules: ['kit'], packages: [], node: false },
  config: { modules: ['kit', 'domain'], packages: ['yaml', 'node-cron'], node: true },
  hub: { modules: ['kit', 'domain'], packages: ['tldts'], node: true },
  poller: { modules: ['kit', 'domain'], packages: ['node-cron'], node: false },
  history: { modules: ['kit', 'domain'], packages: ['libsql'], node: true },
  metrics: {
    modules: ['kit', 'domain'],
    packages: [
      'prom-client',
      '@opentelemetry/api',
      '@opentelemetry/otlp-transformer',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-metrics',
    ],
    node: true,
  },
  alerts: { modules: ['kit', 'domain'], packages: [], node: false },
  notify: { modules: ['kit', 'domain'], packages: [], node: true },
  web: {
    modules: ['kit', 'domain'],
    packages: ['express', 'ejs', 'helmet', 'bcryptjs', 'yaml', 'zod', 'marked', 'papaparse'],
    node: true,
  },
  planner: { modules: ['kit', 'domain'], packages: ['yaml', '@actions/expressions'], node: false },
  spending: { modules: ['kit', 'domain'], packages: ['papaparse', 'yaml'], node: true },
  simulator: {
    modules: ['kit', 'domain'],
    packages: ['yaml', 'zod', '@peculiar/x509', 'reflect-metadata'],
    node: true,
  },
  cli: {
    modules: [
      '.',
      'kit',
      'domain',
      'config',
      'hub',
      'poller',
      'history',
      'metrics',
      'notify',
      'web',
      'simulator',
      'planner',
      'spending',
    ],
    packages: ['pino', 'papaparse'],
    node: true,
  },
  '.': {
    modules: [
      'kit',
      'domain',
      'config',
      'hub',
      'poller',
      'history',
      'metrics',
      'alerts',
      'notify',
      'web',
      'simulator',
      'planner',
      'spending',
      'cli',
    ],
    packages: [],
    node: true,
  },
};

/** The folders of domain/alerts/, and the other ones that each may import. Texts are made last: no rule depends on wording. */
const ALERT_FOLDERS: Record<string, string[]> = {
  rules: ['lifecycle'],
  lifecycle: ['rules', 'delivery'],
  delivery: ['rules', 'lifecycle'],
  wording: ['rules', 'delivery'],
};

const SRC = resolve(import.meta.dirname, '../src');
const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
/** Packages that only one file may import, so that each can be replaced in one place. */
const ONLY_IN: Record<string, string> = {
  'prom-client': 'metrics/process-metrics.ts',
  libsql: 'history/sqlite/sql-database.ts',
};

interface Import {
  file: string;
  module: string;
  target: string;
}

function readImports(): Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const targets = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
    return targets.map((target) => ({ file, module: moduleOf(file), target }));
  });
}

function moduleOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '.') : '.';
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('import table', () => {
  const imports = readImports();

  test('every folder of src/ stands in the table', () => {
    const modules = new Set(imports.map(({ module }) => module));
    expect([...modules].filter((module) => !(module in TABLE))).toEqual([]);
  });

  test('a module imports only the modules, packages and Node modules that the table allows', () => {
    const violations = imports.filter(({ file, module, target }) => {
      const allowed = TABLE[module];
      if (!allowed) return true;
      if (target.startsWith('.')) {
        const other = moduleOf(relative(SRC, resolve(SRC, dirname(file), target)));
        return other !== module && !allowed.modules.includes(other);
      }
      if (target.startsWith('node:')) return !allowed.node;
      return !allowed.packages.includes(packageOf(target));
    });
    expect(violations.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test('a folder of domain/alerts/ imports only the other ones that its table allows', () => {
    const folderOf = (file: string) => /^domain\/alerts\/(\w+)\//.exec(file)?.[1];
    const violations = imports.filter(({ file, target }) => {
      const folder = folderOf(file);
      const other = folderOf(relative(SRC, resolve(SRC, dirname(file), target)));
      if (folder === undefined || other === undefined || other === folder) return false;
      return !ALERT_FOLDERS[folder]?.includes(other);
    });
    expect(violations.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
    const folders = new Set(imports.flatMap(({ file }) => folderOf(file) ?? []));
    expect([...folders].sort()).toEqual(Object.keys(ALERT_FOLDERS).sort());
  });

  test('Node modules are imported by their full name', () => {
    const bare = imports.filter(({ target }) => builtinModules.includes(target));
    expect(bare.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test('some packages are imported by one file only', () => {
    const strays = imports.filter(({ file, target }) => {
      const entry = ONLY_IN[packageOf(target)];
      return entry !== undefined && entry !== file;
    });
    expect(strays.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test('connections to other machines are opened in kit/http/ alone', () => {
    const opening =
      /(?<![\w.])fetch\(|\bnew (?:WebSocket|EventSource)\(|\b(?:https?|http2|net|tls)\.(?:request|get|connect)\(|\bcreateConnection\(/;
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith(join('kit', 'http')),
    );
    expect(files.filter((file) => opening.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });

  test('domain/ imports only files of kit/ that use neither Node modules nor packages', () => {
    const outside = (file: string): string[] =>
      imports
        .filter((one) => one.file === file)
        .flatMap(({ target }) =>
          target.startsWith('.') ? outside(relative(SRC, resolve(SRC, dirname(file), target))) : [target],
        );
    const fromKit = imports
      .filter(({ module, target }) => module === 'domain' && target.includes('/kit/'))
      .map(({ file, target }) => relative(SRC, resolve(SRC, dirname(file), target)));
    expect(fromKit.filter((file) => outside(file).length > 0)).toEqual([]);
  });

  test('domain/ uses neither time nor randomness nor process', () => {
    const files = readdirSync(join(SRC, 'domain'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(SRC, 'domain', file));
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.|\bconsole\./;
    expect(files.filter((file) => impure.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
