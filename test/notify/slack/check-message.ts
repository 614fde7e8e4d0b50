/**
 * Slack's documented limits, as checks. What Slack would refuse is an error of Slack's own (`invalid_blocks`), with a
 * detail of ours that states where. https://docs.slack.dev/reference/block-kit/blocks
 */
export interface MessageFault {
  /** Slack's text. */
  readonly error:
    | 'invalid_blocks'
    | 'no_text'
    | 'msg_too_long'
    | 'msg_blocks_too_long'
    | 'invalid_attachments';
  readonly detail: string;
}

/** Anything that JSON has between braces. */
export type Json = Readonly<Record<string, unknown>>;

const MAX_BLOCKS = 50;
const MAX_ATTACHMENTS = 20;
/** Slack cuts a text at 40,000 and recommends 4,000 at most. */
const MAX_TEXT = 4_000;
/** Slack has refused 13,172 characters (https://github.com/slackapi/bolt-js/issues/2509). */
const MAX_MESSAGE = 13_000;
/** Slack's own tokens: dates, mentions, links. Every other `<` and `>` must be escaped. */
const TOKEN =
  /<(?:!date\^\d+\^[^|<>^]+\|[^|<>]+|!(?:here|channel|everyone)|!subteam\^\w+|@\w+|https?:\/\/[^|<>\s]+(?:\|[^|<>]+)?)>/g;

/** What is wrong with a message; undefined when Slack would take it. */
export function faultOf(message: Json): MessageFault | undefined {
  try {
    checkMessage(message);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.fault;
    throw error;
  }
}

class Refusal extends Error {
  readonly fault: MessageFault;

  constructor(fault: MessageFault) {
    super(`${fault.error}: ${fault.detail}`);
    this.fault = fault;
  }
}

function checkMessage(message: Json): void {
  const { text, blocks = [], attachments = [] } = message;
  if (typeof text !== 'string' || text.trim() === '') refuse('no_text', 'text is empty');
  else if (text.length > MAX_TEXT) refuse('msg_too_long', `text has ${text.length} characters`);
  else checkMarkup('text', text);
  checkBlocks('blocks', blocks);
  if (!Array.isArray(attachments) || attachments.length > MAX_ATTACHMENTS) {
    refuse('invalid_attachments', `attachments are not a list of at most ${MAX_ATTACHMENTS}`);
  }
  for (const [i, attachment] of (attachments as unknown[]).entries()) {
    const place = `attachments[${i}]`;
    const { color, blocks: inner } = fieldsOf(place, attachment, ['color', 'blocks']);
    if (typeof color !== 'string' || !/^(?:#[0-9a-f]{6}|good|warning|danger)$/i.test(color)) {
      refuse('invalid_attachments', `${place}.color is ${JSON.stringify(color)}`);
    }
    checkBlocks(`${place}.blocks`, inner);
  }
  const size = JSON.stringify(message).length;
  if (size > MAX_MESSAGE) refuse('msg_blocks_too_long', `the message has ${size} characters`);
}

function checkBlocks(place: string, blocks: unknown): void {
  const list = listOf(place, blocks, 0, MAX_BLOCKS);
  for (const [i, block] of list.entries()) checkBlock(`${place}[${i}]`, block);
}

/** The blocks of messages, by their type. */
const BLOCKS: Readonly<Record<string, (place: string, block: unknown) => void>> = {
  header(place, block) {
    checkText(`${place}.text`, fieldsOf(place, block, ['type', 'text', 'block_id']).text, 150, 'plain_text');
  },
  section: checkSection,
  context(place, block) {
    const { elements } = fieldsOf(place, block, ['type', 'elements', 'block_id']);
    for (const element of listOf(`${place}.elements`, elements, 1, 10)) {
      checkText(`${place}.elements`, element, 3_000);
    }
  },
  actions(place, block) {
    const { elements } = fieldsOf(place, block, ['type', 'elements', 'block_id']);
    for (const element of listOf(`${place}.elements`, elements, 1, 25)) {
      checkButton(`${place}.elements`, element);
    }
  },
  divider(place, block) {
    fieldsOf(place, block, ['type', 'block_id']);
  },
};

function checkBlock(place: string, block: unknown): void {
  const { type } = objectOf(place, block);
  const check = typeof type === 'string' && Object.hasOwn(BLOCKS, type) ? BLOCKS[type] : undefined;
  if (!check) refuse('invalid_blocks', `${place} is of an unknown type: ${JSON.stringify(type)}`);
  else check(place, block);
}

function checkSection(place: string, block: unknown): void {
  const { text, fields, accessory } = fieldsOf(place, block, [
    'type',
    'text',
    'fields',
    'accessory',
    'block_id',
  ]);
  if (text === undefined && fields === undefined)
    refuse('invalid_blocks', `${place} has neither text nor fields`);
  if (text !== undefined) checkText(`${place}.text`, text, 3_000);
  if (fields !== undefined) {
    for (const field of listOf(`${place}.fields`, fields, 1, 10)) checkText(`${place}.fields`, field, 2_000);
  }
  if (accessory !== undefined) checkButton(`${place}.accessory`, accessory);
}

function checkButton(place: string, element: unknown): void {
  const { type, text, url } = fieldsOf(place, element, [
    'type',
    'text',
    'url',
    'value',
    'action_id',
    'style',
  ]);
  if (type !== 'button') refuse('invalid_blocks', `${place} is no button: ${JSON.stringify(type)}`);
  checkText(`${place}.text`, text, 75, 'plain_text');
  if (url === undefined) return;
  const isWeb = typeof url === 'string' && URL.canParse(url) && /^https?:/.test(url);
  if (!isWeb || url.length > 3_000)
    refuse('invalid_blocks', `${place}.url is no address of at most 3000 characters`);
}

function checkText(place: string, value: unknown, maxLength: number, only?: 'plain_text'): void {
  const { type, text } = objectOf(place, value);
  if (type !== 'plain_text' && (type !== 'mrkdwn' || only))
    refuse('invalid_blocks', `${place}.type is ${JSON.stringify(type)}`);
  fieldsOf(place, value, type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji']);
  if (typeof text !== 'string' || text.length < 1 || text.length > maxLength) {
    refuse('invalid_blocks', `${place}.text has not 1 to ${maxLength} characters: ${String(text).length}`);
  }
  if (type === 'mrkdwn') checkMarkup(place, String(text));
}

/** Not an error of Slack's, which shows it somehow: text of others would have become a command. */
function checkMarkup(place: string, text: string): void {
  const stray = /[<>]|&(?!(?:amp|lt|gt);)/.exec(text.replace(TOKEN, ''));
  if (stray) refuse('invalid_blocks', `${place} has a stray ${stray[0]}: ${text}`);
}

function listOf(place: string, value: unknown, min: number, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    refuse('invalid_blocks', `${place} is not a list of ${min} to ${max}`);
  }
  return value as unknown[];
}

function fieldsOf(place: string, value: unknown, allowed: readonly string[]): Json {
  const object = objectOf(place, value);
  const unknown = Object.keys(object).find((key) => !allowed.includes(key));
  if (unknown !== undefined) refuse('invalid_blocks', `${place} has an unknown field: ${unknown}`);
  return object;
}

function objectOf(place: string, value: unknown): Json {
  if (typeof value !== 'object' || value === null) refuse('invalid_blocks', `${place} is no object`);
  return value as Json;
}

function refuse(error: MessageFault['error'], detail: string): void {
  throw new Refusal({ error, detail });
}
