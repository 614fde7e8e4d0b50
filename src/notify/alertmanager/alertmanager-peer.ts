import type { ReadSecret } from '../../domain/alerts/delivery/receiver.ts';
import type { ReadAuthorization } from '../../kit/secret.ts';
import { Secret } from '../../kit/secret.ts';
import type { Receipt } from '../channel.ts';
import { judgeAnswer } from '../judge-answer.ts';
import type { Post } from '../post.ts';
import type { AlertmanagerAlert } from './alertmanager-alert.ts';

/** How one Alertmanager is reached. */
export interface AlertmanagerAddress {
  /** What stands before `/api/v2/alerts`. */
  readonly url: ReadSecret;
  readonly authorization: ReadAuthorization | undefined;
}

/** Tells one Alertmanager of alerts, all at once. Rejects when a secret cannot be read. */
export async function postAlerts(
  { url, authorization }: AlertmanagerAddress,
  alerts: readonly AlertmanagerAlert[],
  post: Post,
  signal: AbortSignal,
): Promise<Receipt> {
  const [base, login] = await Promise.all([url(), authorization?.()]);
  const address = new Secret(`${base.reveal().trim().replace(/\/+$/, '')}/api/v2/alerts`);
  const headers = login && { authorization: login };
  const body = JSON.stringify(alerts);
  return judgeAnswer(await post({ url: address, ...(headers && { headers }), body }, signal));
}
