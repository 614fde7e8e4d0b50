import type { Clock } from '../kit/clock.ts';
import type { Post } from './post.ts';

/** What every channel is made with. */
export interface ChannelTools {
  readonly post: Post;
  readonly clock: Pick<Clock, 'now'>;
}
