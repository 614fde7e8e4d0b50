import { cutText } from '../../kit/foreign-text.ts';
import { cutMrkdwn } from './mrkdwn.ts';

/**
 * The part of Slack's Block Kit that messages are made of, and its limits.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
export type Block = HeaderBlock | SectionBlock | ContextBlock | ActionsBlock;

/** A message, as an incoming webhook and the Web API take it. */
export interface SlackMessage {
  /** What notifications and screen readers say in place of the blocks. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Secondary content beside a bar of colour, which blocks do not have. */
  readonly attachments: readonly { readonly color: string; readonly blocks: readonly Block[] }[];
}

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** Whether `:names:` become pictures. */
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

/** A large line of plain text, cut where it is too long. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(cutText(text, MAX_HEADER)) };
}

/** A paragraph of markup, with a link at its right where there is one. */
export function section(mrkdwn: string, accessory?: LinkButton): SectionBlock {
  return { type: 'section', text: markup(mrkdwn, MAX_SECTION), ...(accessory && { accessory }) };
}

/** A paragraph that shows text as it is. */
export function plainSection(text: string): SectionBlock {
  return { type: 'section', text: plain(text) };
}

/** Facts in two columns. */
export function fieldsSection(fields: readonly string[]): SectionBlock {
  return { type: 'section', fields: fields.map((field) => markup(field, MAX_FIELD)) };
}

/** A small line. */
export function context(mrkdwn: string): ContextBlock {
  return { type: 'context', elements: [markup(mrkdwn, MAX_SECTION)] };
}

/** Buttons in a row. */
export function actions(elements: readonly LinkButton[]): ActionsBlock {
  return { type: 'actions', elements };
}

/** A button that opens a page; undefined where there is none. */
export function linkButton(text: string, url: string | undefined): LinkButton | undefined {
  return url === undefined ? undefined : { type: 'button', text: plain(text), url };
}

/** Plain text is not parsed; brackets that look the same make sure of it. */
function plain(text: string): PlainText {
  return { type: 'plain_text', text: text.replaceAll('<', '‹').replaceAll('>', '›'), emoji: false };
}

function markup(text: string, maxLength: number): Mrkdwn {
  return { type: 'mrkdwn', text: cutMrkdwn(text, maxLength), verbatim: true };
}
