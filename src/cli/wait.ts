import { setTimeout as sleep } from 'node:timers/promises';
import { durationMs } from '../config/kinds/time.ts';
import { formatDuration } from '../kit/duration.ts';
import { type CommandContext, EXIT, rejectUsage } from './command.ts';
import {
  CREDENTIAL_FLAGS,
  type CredentialFlags,
  checkSources,
  chooseConfig,
  selectNamed,
} from './credentials/choose-config.ts';
import { fetchCredentials, rejectServer, ServerAnswerError } from './credentials/fetch-credentials.ts';
import { serverOf } from './credentials/server-flags.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';
import { wholeNumber } from './flag-kinds.ts';
import { type Answer, createProgress, decide, type Watcher, watchHub, watchServer } from './wait/watcher.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MAX_PULLS = 1_000_000;

/** `headroom wait`: waits until enough pulls are left for a pipeline. */
export const wait = defineCommand({
  usage: ['wait --pulls N [FLAGS]'],
  about: `Waits until N pulls are left, so that a pipeline does not start what it cannot finish. It checks once a minute,
and when pulls are expected to be available again; that costs no pulls.

Exit code: 0 N pulls are left, or the credential is unlimited; 1 they are not left in time, or never will be;
2 wrong command line or configuration.`,
  flags: {
    pulls: optionalFlag('N', wholeNumber(1, MAX_PULLS), 'How many pulls must be left'),
    timeout: flagWithDefault('DURATION', durationMs(0, 7 * DAY_MS), 30 * MINUTE_MS, 'How long to wait'),
    interval: flagWithDefault('DURATION', durationMs(1_000, DAY_MS), MINUTE_MS, 'How often to check'),
    ...CREDENTIAL_FLAGS,
  },
  operands: {},
  notes: () => `Examples:
  headroom wait --pulls 20 && kubectl rollout restart deployment/shop
  headroom wait --pulls 108 --timeout 2h --server http://headroom:10429 --credential ci`,
  rules({ given }, report) {
    checkSources(given, report);
    if (given.has('pulls')) return;
    const allowed = '--pulls=N';
    report({ place: { kind: 'flag', flag: '--pulls' }, message: 'A number of pulls is missing', allowed });
  },
  async run({ flags }, context) {
    try {
      const chosen = await chooseWatcher(flags, flags.pulls ?? 0, context);
      return 'names' in chosen ? refuseSeveral(chosen.names, context) : await waitFor(chosen, flags, context);
    } catch (error) {
      return rejectServer(error, context);
    }
  },
});

/** The values of the flags of `headroom wait`. */
interface WaitOptions {
  readonly pulls: number | undefined;
  readonly timeout: number;
  readonly interval: number;
}

/** Chooses the credential to watch. Returns the names to choose from if there is more than one. */
async function chooseWatcher(
  flags: CredentialFlags,
  pulls: number,
  context: CommandContext,
): Promise<Watcher | { readonly names: readonly string[] }> {
  const server = serverOf(flags);
  if (server) {
    const all = await fetchCredentials(server, context);
    const [one, ...others] = selectNamed(all, flags.credential, ({ name }) => name);
    if (one && others.length === 0) return watchServer(server, one.name, context);
    return { names: all.map(({ name }) => name) };
  }
  const config = await chooseConfig(flags, context.env);
  const [one, ...others] = config.credentials;
  if (one && others.length === 0) return watchHub(config, one, pulls, context);
  return { names: config.credentials.map(({ identity }) => identity.name) };
}

function refuseSeveral(names: readonly string[], context: CommandContext): number {
  const message = 'A credential is missing';
  return rejectUsage(
    [{ place: { kind: 'flag', flag: '--credential' }, message, allowed: names.join(', ') }],
    context,
  );
}

async function waitFor(watcher: Watcher, patience: WaitOptions, context: CommandContext): Promise<number> {
  const { pulls = 0, timeout, interval } = patience;
  const { clock, stdout, stderr, stopSignal } = context;
  const deadline = clock.monotonicMs() + timeout;
  const progress = createProgress(stderr);
  try {
    for (;;) {
      const answer = await readAnswer(watcher);
      const now = clock.now();
      const decision =
        'problem' in answer
          ? ({ kind: 'wait', words: answer.problem, nextRequestAt: now + interval } as const)
          : decide(answer, pulls, interval, now);
      if (decision.kind === 'enough') {
        progress.end();
        stdout.write(`Go: ${decision.words}\n`);
        return EXIT.ok;
      }
      const leftMs = deadline - clock.monotonicMs();
      const isOver = decision.kind === 'never' || leftMs <= 0 || stopSignal.aborted;
      if (isOver) {
        progress.end();
        stderr.write(
          `${giveUpWords(decision.kind === 'never', stopSignal.aborted, timeout)}: ${decision.words}\n`,
        );
        return EXIT.failed;
      }
      const expected = 'problem' in answer ? null : answer.expected;
      progress.show(decision.words, { pulls, expected, leftMs });
      await pause(Math.min(decision.nextRequestAt - now, leftMs), stopSignal);
    }
  } finally {
    await watcher.close();
  }
}

/** Reads the next answer. A failure becomes a problem instead of an error, as a Headroom that restarts responds again later. */
async function readAnswer(watcher: Watcher): Promise<Answer | { readonly problem: string }> {
  try {
    return await watcher.ask();
  } catch (error) {
    if (error instanceof ServerAnswerError) return { problem: error.message };
    throw error;
  }
}

function giveUpWords(isNever: boolean, isStopped: boolean, timeoutMs: number): string {
  if (isNever) return 'Waiting does not help';
  return isStopped ? 'Stopped' : `Gave up after ${formatDuration(timeoutMs)}`;
}

/** Waits. Resolves early when the program is stopped. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, durationMs), undefined, { signal }).catch(() => undefined);
}
