import type { Request, RequestHandler } from 'express';
import type { AnswerError } from './error-answer.ts';

/** The largest form or JSON with files that is read, in bytes (1 MiB): parsing it holds everybody else up. */
export const MAX_PLAN_BYTES = 1_048_576;
/** The form's field for files. */
const FILE_FIELD = 'file';
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;
const MEBIBYTE = 1_048_576;

/**
 * Reads a form, with files or without, or JSON into `request.body`: a form as its fields, the files below `files`. Whoever
 * sends more than 1 MiB is told so, and cut off.
 */
export function createReadPlanBody(answerError: AnswerError): RequestHandler {
  return async (request, response, next) => {
    const bytes = await readBytes(request);
    if (!bytes) {
      response.setHeader('Connection', 'close');
      const message = `The files are too large; allowed are ${MAX_PLAN_BYTES / MEBIBYTE} MiB`;
      return answerError(request, response, { status: 413, code: 'too_large', message });
    }
    const body = await parseBody(bytes, request.get('content-type') ?? '');
    if (!body) {
      const message = 'Neither a form nor JSON can be read from this request';
      return answerError(request, response, { status: 400, code: 'bad_request', message });
    }
    request.body = body;
    next();
  };
}

/** @returns undefined when there is too much of it */
async function readBytes(request: Request): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_PLAN_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function parseBody(bytes: Buffer, type: string): Promise<Record<string, unknown> | undefined> {
  try {
    if (FORM.test(type)) return await parseForm(bytes, type);
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function parseForm(bytes: Buffer, type: string): Promise<Record<string, unknown>> {
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
