import type { Handled, Visit } from '../visit.ts';
import type { Reply } from '../wire/reply.ts';
import { faultReply } from './fault-reply.ts';

/** What the hub would say by itself, and what that costs. */
export interface Said {
  readonly reply: Reply;
  /** Pulls; none unless given. */
  readonly pulls?: number;
}

/** Answers a visit, unless a fault that strikes it answers in the hub's place. */
export function underFaults(visit: Visit, say: (visit: Visit) => Said): Handled {
  const { source, faults } = visit;
  for (const fault of faults) {
    const reply = faultReply(fault, visit.endpoint);
    if (reply) return { reply, source, pulls: 0 };
  }
  const { reply, pulls = 0 } = say(visit);
  const isSlow = reply.kind === 'answer' && faults.includes('slow');
  return { reply: isSlow ? { kind: 'drip', answer: reply } : reply, source, pulls };
}
