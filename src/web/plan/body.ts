import type { RequestHandler } from 'express';
import type { PlanBody } from '../../domain/pull-cost/plan.ts';
import type { AnswerError } from '../http/error-answer.ts';

/** The largest form or JSON with files that is read, in bytes (1 MiB). */
export const MAX_PLAN_BYTES = 1_048_576;
/** The form's field for files. */
const FILE_FIELD = 'file';
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;
const MEBIBYTE = 1_048_576;
/** How many bytes of a body are searched for the token, which is the first field of the form. */
const TOKEN_HEAD = 4_096;
const TOKEN = /(?:name="token"\r\n\r\n|(?:^|&)token=|"token"\s{0,10}:\s{0,10}")([\w-]{1,100})(?=[\r&"]|$)/;

/** The `response.locals` that contain the body of a plan request. */
export interface WithPlanBody {
  planBody: PlanBody;
}

/**
 * Returns a handler that reads the body of a request into `response.locals.planBody`, and only its token into `request.body`,
 * for the guard. The process that plans parses the rest. A body larger than 1 MiB is rejected, and its connection closed.
 */
export function createReadPlanBody(answerError: AnswerError): RequestHandler {
  return async (request, response, next) => {
    const bytes = await readBytes(request);
    if (!bytes) {
      response.setHeader('Connection', 'close');
      const message = `The files are too large; allowed are ${MAX_PLAN_BYTES / MEBIBYTE} MiB`;
      return answerError(request, response, { status: 413, code: 'too_large', message });
    }
    (response.locals as WithPlanBody).planBody = { bytes, type: request.get('content-type') ?? '' };
    const token = TOKEN.exec(bytes.toString('latin1', 0, TOKEN_HEAD))?.[1];
    request.body = token === undefined ? {} : { token };
    next();
  };
}

/** Reads the bytes of a request. Returns undefined if there are more than `MAX_PLAN_BYTES`. */
async function readBytes(request: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_PLAN_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses a form, with files or without, or JSON: a form as its fields, the files below `files`. Undefined for other text. */
export async function parsePlanBody({ bytes, type }: PlanBody): Promise<Record<string, unknown> | undefined> {
  try {
    if (FORM.test(type)) return await parseForm(bytes, type);
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function parseForm(bytes: Uint8Array, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const files: { name: string; text: string }[] = [];
  for (const [name, value] of form) {
    // A file field without a file has an empty one, or an empty text: browsers and parsers differ.
    if (typeof value === 'string') {
      if (name !== FILE_FIELD) fields[name] = value;
    } else if (value.size > 0) files.push({ name: value.name, text: await value.text() });
  }
  return { ...fields, files };
}
