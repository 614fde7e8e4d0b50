import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request, Response, Router } from 'express';
import { toSentence } from '../../domain/wording.ts';
import type { WebSources } from '../web-options.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import type { PostGuard } from './post-guard.ts';
import { sendBody, sendText } from './send-body.ts';

/** How long the receiver of a backup may accept nothing, in milliseconds. */
const STALLED_MS = 60_000;

/** Adds the management API of Prometheus (https://prometheus.io/docs/prometheus/latest/management_api/) and `/config`. */
export function addManagementRoutes(
  router: Router,
  sources: WebSources,
  stopping: AbortSignal,
  answerError: AnswerError,
  { requireAdmin }: Pick<PostGuard, 'requireAdmin'>,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  // Sends no request to the hub: otherwise Kubernetes would restart a healthy process when Docker Hub is down.
  router
    .route('/-/healthy')
    .get((request, response) => sendText(request, response, 'Headroom is healthy'))
    .all(readOnly);

  router
    .route('/-/ready')
    .get((request, response) => {
      if (stopping.aborted) return sendText(request, response, 'Headroom is stopping', 503);
      if (!sources.isReady())
        return sendText(request, response, 'The first round of probes is under way', 503);
      // Polling, metrics and pages work without the history, so that Headroom stays ready.
      const problem = sources.historyProblem?.();
      if (problem === undefined) return sendText(request, response, 'Headroom is ready');
      return sendText(
        request,
        response,
        `Headroom is ready; its history is kept in memory and not written. ${toSentence(problem)}`,
      );
    })
    .all(readOnly);

  router
    .route('/-/reload')
    .post(requireAdmin, reload)
    .put(requireAdmin, reload)
    .all(allowOnly(['POST', 'PUT'], answerError));

  async function reload(request: Parameters<typeof sendText>[0], response: Parameters<typeof sendText>[1]) {
    const result = await sources.reload();
    if (result.ok) await sendText(request, response, 'The configuration is read and in force');
    else await sendText(request, response, result.problems, 500);
  }

  router
    .route('/-/backup')
    .post(requireAdmin, sendBackup)
    .all(allowOnly(['POST'], answerError));

  async function sendBackup(request: Request, response: Response): Promise<void> {
    const refuse = (status: number, message: string) => sendText(request, response, message, status);
    if (!sources.backUpHistory) return refuse(404, 'There is no history file');
    try {
      await sources.backUpHistory(async (path) => {
        response.setHeader('Content-Type', 'application/vnd.sqlite3');
        response.setHeader('Content-Length', (await stat(path)).size);
        response.setHeader('Content-Disposition', 'attachment; filename="headroom.db"');
        response.setHeader('Cache-Control', 'no-store');
        response.setTimeout(STALLED_MS, () => response.destroy());
        await pipeline(createReadStream(path), response);
      });
    } catch (error) {
      if (response.headersSent) return;
      await refuse(503, `The backup failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  router
    .route('/config')
    .get((request, response) =>
      sendBody(request, response, { type: 'text/plain; charset=utf-8', text: sources.configYaml() }),
    )
    .all(readOnly);
}
