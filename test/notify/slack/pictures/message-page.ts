import type { Block, SlackMessage } from '../../../../src/notify/slack/block-kit.ts';
import { localTime, mrkdwnToHtml, plainToHtml } from './mrkdwn-html.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A message with the moment that Slack shows above it, and what was replied to it. */
export interface DrawnMessage {
  readonly message: SlackMessage;
  readonly at: number;
  readonly replies?: readonly DrawnMessage[];
}

/** A page that shows a message as Slack does. */
export function messagePage(drawn: DrawnMessage, theme: 'light' | 'dark', avatar: string): string {
  return `<!doctype html><html data-theme="${theme}"><meta charset="utf-8"><style>${PAGE_STYLE}</style>
<main>${messageHtml(drawn, avatar)}</main></html>`;
}

function messageHtml({ message, at, replies = [] }: DrawnMessage, avatar: string): string {
  const thread = replies.map((reply) => messageHtml(reply, avatar)).join('');
  return `<article><img class="avatar" src="${avatar}" alt="">
<div class="body"><p class="by"><b>Headroom</b> <span class="app">APP</span> <time>${localTime(at / 1_000, '{time}')}</time></p>
${message.blocks.map(blockHtml).join('\n')}
${message.attachments.map(({ color, blocks }) => `<div class="attachment"><i style="background:${color}"></i><div>${blocks.map(blockHtml).join('\n')}</div></div>`).join('')}
${thread === '' ? '' : `<div class="thread">${thread}</div>`}</div></article>`;
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'header':
      return `<h3>${plainToHtml(block.text.text)}</h3>`;
    case 'section': {
      const { text, fields = [], accessory } = block;
      const body = text ? `<p>${textHtml(text)}</p>` : '';
      const grid =
        fields.length > 0
          ? `<div class="fields">${fields.map((f) => `<p>${textHtml(f)}</p>`).join('')}</div>`
          : '';
      return `<div class="section"><div>${body}${grid}</div>${accessory ? buttonHtml(accessory.text.text) : ''}</div>`;
    }
    case 'context':
      return `<p class="context">${block.elements.map(textHtml).join(' ')}</p>`;
    case 'actions':
      return `<p class="actions">${block.elements.map(({ text }) => buttonHtml(text.text)).join('')}</p>`;
  }
}

function textHtml({ type, text }: { readonly type: 'plain_text' | 'mrkdwn'; readonly text: string }): string {
  return type === 'mrkdwn' ? mrkdwnToHtml(text) : plainToHtml(text);
}

function buttonHtml(text: string): string {
  return `<span class="button">${plainToHtml(text)}</span>`;
}
