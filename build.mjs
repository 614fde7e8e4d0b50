/** `npm run build`, after the type checks: writes dist/, with the licences of the packages whose code is in the bundles. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { build } from 'esbuild';
import { BUNDLES } from './bundles.mjs';

/** The folder of a package in the path of a file, and its name. */
const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/;
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)/i;

// Nothing is removed before the bundles are complete: a Headroom that is running loads some of them later.
const { metafile, outputFiles } = await build({ ...BUNDLES, write: false });
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/chunks', { recursive: true });
for (const { path, contents } of outputFiles) writeFileSync(path, contents);
chmodSync('dist/main.js', 0o755);
copyFileSync('node_modules/chart.js/dist/chart.umd.min.js', 'dist/chart-library.js');
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licensesOf(bundledPackages(metafile)));

/** The folders of all packages of which code is in a bundle, and of Chart.js, sorted. */
function bundledPackages({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
  const folders = files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []);
  return [...new Set([...folders, 'node_modules/chart.js', 'node_modules/@kurkle/color'])].sort();
}

function licensesOf(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
    const written = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
    const holder = typeof author === 'string' ? author : author?.name;
    const heading = `${name} ${version} (${license})`;
    return `${heading}\n${'='.repeat(heading.length)}\n\n${written.join('\n\n') || `Copyright ${holder ?? `the authors of ${name}`}`}\n`;
  });
  return `Headroom contains code of these packages.\n\n${texts.join('\n\n')}`;
}
