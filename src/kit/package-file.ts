import { existsSync } from 'node:fs';

/** The package's own folder, with a slash at its end. The sources and the bundles of dist/ lie at different depths below it. */
const ROOT = findRoot(new URL('.', import.meta.url));

/**
 * Returns the URL of a file or folder that is part of the package.
 * @param path relative to `package.json`, such as `views/`
 */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

function findRoot(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const parent = new URL('..', folder);
  if (parent.href === folder.href) throw new Error('The package is not complete: package.json is missing');
  return findRoot(parent);
}
