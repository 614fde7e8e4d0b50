import { cutText } from '../../kit/foreign-text.ts';
import { cutMrkdwn } from './mrkdwn.ts';

/**
 * The part of Slack's Block Kit that messages use, and its limits.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
export type Block = HeaderBlock | SectionBlock | ContextBlock | ActionsBlock;

/** A message, as incoming webhooks and the Web API accept it. */
export interface SlackMessage {
  /** The text of notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Secondary content beside a coloured bar, which blocks do not have. */
  readonly attachments: readonly { readonly color: string; readonly blocks: readonly Block[] }[];
}

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** Whether `:names:` become emoji. */
  readonly emoji: false;
}

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Addresses and names of channels stay text. */
  readonly verbatim: true;
}

interface HeaderBlock {
  readonly type: 'header';
  readonly text: PlainText;
}

interface SectionBlock {
  readonly type: 'section';
  readonly text?: PlainText | Mrkdwn;
  readonly fields?: readonly Mrkdwn[];
  readonly accessory?: LinkButton;
}

interface ContextBlock {
  readonly type: 'context';
  readonly elements: readonly (PlainText | Mrkdwn)[];
}

interface ActionsBlock {
  readonly type: 'actions';
  readonly elements: readonly LinkButton[];
}

interface LinkButton {
  readonly type: 'button';
  readonly text: PlainText;
  readonly url: string;
}

/** Most characters of a field of a section. */
export const MAX_FIELD = 2_000;
const MAX_SECTION = 3_000;
const MAX_HEADER = 150;

/** Returns a large line of plain text, cut to 150 characters. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(cutText(text, MAX_HEADER)) };
}

/** Returns a paragraph of markup, with a link at its right if one is given. */
export function section(mrkdwn: string, accessory?: LinkButton): SectionBlock {
  return { type: 'section', text: markup(mrkdwn, MAX_SECTION), ...(accessory && { accessory }) };
}

/** Returns a paragraph of plain text. */
export function plainSection(text: string): SectionBlock {
  return { type: 'section', text: plain(text) };
}

/** Returns a Slack section that shows texts in two columns. @param fields texts in Slack's markup, cut at 2,000 characters */
export function fieldsSection(fields: readonly string[]): SectionBlock {
  return { type: 'section', fields: fields.map((field) => markup(field, MAX_FIELD)) };
}

/** Returns a Slack context block: a line in small type. @param mrkdwn text in Slack's markup, cut at 3,000 characters */
export function context(mrkdwn: string): ContextBlock {
  return { type: 'context', elements: [markup(mrkdwn, MAX_SECTION)] };
}

/** Returns buttons in a row. */
export function actions(elements: readonly LinkButton[]): ActionsBlock {
  return { type: 'actions', elements };
}

/** Returns a button that opens a page; undefined if there is no URL. */
export function linkButton(text: string, url: string | undefined): LinkButton | undefined {
  return url === undefined ? undefined : { type: 'button', text: plain(text), url };
}

/**
 * Returns plain text, which Slack does not parse. Replaces angle brackets by similar characters as a second
 * protection.
 */
function plain(text: string): PlainText {
  return { type: 'plain_text', text: text.replaceAll('<', '‹').replaceAll('>', '›'), emoji: false };
}

function markup(text: string, maxLength: number): Mrkdwn {
  return { type: 'mrkdwn', text: cutMrkdwn(text, maxLength), verbatim: true };
}
