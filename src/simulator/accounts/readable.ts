import type { ImageStore } from '../image-store.ts';
import { type Account, mayPull } from './account.ts';

/** Whether a repository exists and may be pulled from: by everybody, or by this account. */
export function isReadable(images: ImageStore, repository: string, account: Account | undefined): boolean {
  const traits = images.repository(repository);
  if (!traits) return false;
  return traits.visibility === 'public' || (account !== undefined && mayPull(account, repository));
}
