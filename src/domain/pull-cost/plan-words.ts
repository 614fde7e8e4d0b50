import { periodWords } from '../wording.ts';
import type { Advice } from './advice.ts';
import { outcomeOf, type Plan } from './plan.ts';
import type { FitsLater, MeteredBucket, PlanBucket } from './plan-bucket.ts';
import { formatRange, type PullRange } from './pull-range.ts';
import { GCR_MIRROR } from './rewrite-references.ts';
import { placeWords } from './workload.ts';

/** The answer of a plan in words. */
export interface PlanAnswer {
  /** `Fits`, `Fits after 14:30 UTC, not now`, `Does not fit`, `May not fit`, `Not known`, `Costs 12 pulls`. */
  readonly headline: string;
  /** The numbers for the headline: a clause without a full stop. */
  readonly reason: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'neutral';
}

/** An advice in words. */
export interface AdviceWords {
  /** The measure: a sentence without a full stop. */
  readonly text: string;
  /** The command for it; undefined if there is none. */
  readonly command: string | undefined;
}

/** Creates the secret that pods name in `imagePullSecrets`. */
const SIGN_IN_CLUSTER =
  'kubectl create secret docker-registry dockerhub --docker-username=NAME --docker-password=TOKEN';
const SIGN_IN_MACHINE = 'docker login --username NAME';
/** Times further away than this are written with their date, in milliseconds. */
const NEEDS_DATE_MS = 23 * 3_600_000;

/** Returns in words whether a plan fits at `now` (milliseconds since the epoch). */
export function answerPlan(plan: Plan, now: number): PlanAnswer {
  const outcome = outcomeOf(plan);
  const answer = answerCounted(plan, now);
  if (plan.problems.length === 0) return answer;
  const omitted = leftOutWords(plan.problems);
  if (outcome === 'incomplete')
    return { headline: 'Not known', reason: `${omitted}; ${restWords(plan)}`, tone: 'warn' };
  const isNeverSaid = plan.judgement?.verdict.kind === 'fits-later';
  const headline = isNeverSaid ? 'Does not fit now' : answer.headline;
  return { ...answer, headline, reason: `${answer.reason}; ${omitted}` };
}

/** The most places that the answer names. */
const MAX_PLACES = 3;

/** Names what was left out: `a.yml:7:1 and 2 more are left out`. */
function leftOutWords(problems: Plan['problems']): string {
  const places = problems.slice(0, MAX_PLACES).map(placeWords);
  const more = problems.length - places.length;
  return `${places.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${problems.length === 1 ? 'is' : 'are'} left out`;
}

function restWords({ cost, judgement }: Plan): string {
  if (cost.total.high === 0) return 'the rest pulls nothing from Docker Hub';
  const pulls = `the rest costs ${pullWords(cost.total)}`;
  return judgement
    ? `${pulls}, and ${leftWords(judgement.bucket)}`
    : `${pulls}, not compared with what is left`;
}

function answerCounted({ cost, judgement }: Plan, now: number): PlanAnswer {
  const pulls = pullWords(cost.total);
  if (cost.total.high === 0) {
    return { headline: 'Fits', reason: 'nothing is pulled from Docker Hub', tone: 'good' };
  }
  if (!judgement)
    return { headline: `Costs ${pulls}`, reason: 'not compared with what is left', tone: 'neutral' };
  const { verdict, bucket } = judgement;
  const reason = `${pulls}, and ${leftWords(bucket)}`;
  switch (verdict.kind) {
    case 'fits':
      return { headline: 'Fits', reason, tone: 'good' };
    case 'unmetered':
      return { headline: 'Fits', reason: `${pulls}, ${leftWords(bucket)}`, tone: 'good' };
    case 'unknown':
      return { headline: 'Not known', reason, tone: 'neutral' };
    case 'fits-later':
      return { headline: laterWords(verdict, now), reason, tone: 'warn' };
    case 'does-not-fit': {
      const headline = verdict.mayFitNow ? 'May not fit' : 'Does not fit';
      return { headline, reason: `${reason}; ${capacityWords(bucket, verdict.capacity)}`, tone: 'bad' };
    }
  }
}

/** Formats pulls: `1 pull`, `42 to 54 pulls`. */
export function pullWords(pulls: PullRange): string {
  return `${formatRange(pulls)} pull${pulls.low === 1 && pulls.high === 1 ? '' : 's'}`;
}

/** Returns credential and source of a bucket: `anonymous, 203.0.113.7`. */
export function ownerWords({ credential, source }: PlanBucket): string {
  return [credential, source].filter((part) => part !== undefined && part !== '').join(', ');
}

/**
 * Returns an advice in words.
 * @param files the file arguments of the command; undefined if the pods of a running cluster are counted
 */
export function adviceWords(advice: Advice, files: string | undefined): AdviceWords {
  const planWith = (flags: string) => (files === undefined ? undefined : `headroom plan ${files} ${flags}`);
  switch (advice.kind) {
    case 'credential':
      return {
        text: `Sign in as ${advice.name}: ${advice.remaining === undefined ? 'it is not metered' : `it has ${advice.remaining} pulls left`}`,
        command: planWith(`--credential ${advice.name}`),
      };
    case 'sign-in':
      return {
        text: advice.isEnough
          ? `Sign in: a Personal account has ${advice.limit} pulls of its own, a paid one is not metered`
          : `Sign in with a paid account, which is not metered; the ${advice.limit} pulls of a Personal one are not enough`,
        command: advice.where === 'cluster' ? SIGN_IN_CLUSTER : SIGN_IN_MACHINE,
      };
    case 'policy':
      return {
        text: `Set imagePullPolicy: IfNotPresent, so that nodes do not request present images again: ${pullWords(advice.pulls)}`,
        command: undefined,
      };
    case 'cache':
      return {
        text: `Pull through a cache, which pulls each image once for all machines: ${pullWords(advice.pulls)}`,
        command: planWith('--rewrite CACHE.EXAMPLE.COM'),
      };
    case 'rewrite':
      return {
        text: `Pull ${advice.images === 1 ? 'the image' : `${advice.images} of the images`} from ${advice.host}: ${pullWords(advice.pulls)} of Docker Hub remain; ${limitWords(advice)}`,
        command: planWith(`--rewrite ${advice.host}`),
      };
    case 'pause':
      return { text: pauseWords(advice), command: undefined };
    case 'pre-pull':
      return {
        text: `Pull ahead on ${nounWords(advice.perWindow, 'node')} every ${periodWords(advice.windowSeconds)} (${advice.windows} times); the rollout then needs no pulls`,
        command: 'crictl pull IMAGE',
      };
  }
}

/**
 * States the limits of another registry. ECR Public: 1 anonymous pull a second from an address, 500 GB a month
 * (https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html). Google's mirror: only images that are pulled
 * often (https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images).
 */
function limitWords({ host, burst }: Advice & { readonly kind: 'rewrite' }): string {
  if (host === GCR_MIRROR) return 'it holds popular images only, so check that each is there';
  return `without a login it refuses more than about 1 pull a second from an address, and 500 GB a month, and this plan may start ${burst} at once`;
}

function pauseWords(advice: Advice & { readonly kind: 'pause' }): string {
  const { now, perWindow, windowSeconds, windows } = advice;
  const first = now === 0 ? 'Wait' : `Start ${nounWords(now, 'cluster')} now`;
  const span = periodWords(windowSeconds);
  return `${first}, then ${nounWords(perWindow, 'cluster')} every ${span}: done after ${windows} such pause${windows === 1 ? '' : 's'}`;
}

function laterWords({ at, mayFitNow }: FitsLater, now: number): string {
  const when = at === undefined ? 'when it is full again' : `after ${clockWords(at, now)} UTC`;
  return mayFitNow ? `May not fit now; fits ${when}` : `Fits ${when}, not now`;
}

function leftWords(bucket: PlanBucket): string {
  const owner = ownerWords(bucket);
  const whose = owner === '' ? '' : ` (${owner})`;
  if (bucket.kind === 'unmetered') return `none of which is metered${whose}`;
  if (bucket.kind === 'unknown') return `what is left is unknown${whose}: ${bucket.reason}`;
  return `${bucket.remaining} of ${bucket.limit} are left${whose}`;
}

function capacityWords(bucket: PlanBucket, capacity: number): string {
  if (bucket.kind !== 'metered') return '';
  const window = windowWords(bucket);
  if (capacity === bucket.limit) return `there are never more than ${capacity} ${window}`;
  return `others are likely to leave ${capacity} of ${bucket.limit} ${window}`;
}

function windowWords({ windowSeconds }: MeteredBucket): string {
  if (windowSeconds === undefined) return 'in a window';
  const span = periodWords(windowSeconds);
  return span === 'hour' ? 'an hour' : `in ${span === 'day' ? 'a day' : span}`;
}

function nounWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function clockWords(at: number, now: number): string {
  // Rounded up, so that the plan fits at the written minute.
  const minute = new Date(Math.ceil(at / 60_000) * 60_000).toISOString().slice(0, 16).replace('T', ' ');
  return at - now < NEEDS_DATE_MS ? minute.slice(11) : minute;
}
