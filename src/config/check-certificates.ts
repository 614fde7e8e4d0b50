import { FILE_LIMITS } from '../kit/file-limits.ts';
import type { ReadFile } from './read-text.ts';
import { readText } from './read-text.ts';

/** @throws Error that names the file, when it holds no certificate in PEM form or cannot be read */
export async function checkCertificates(path: string, readFile: ReadFile): Promise<void> {
  const text = await readText(readFile, path, FILE_LIMITS.certificates);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`Cannot use ${path}: it holds no certificate in PEM form`);
  }
}
