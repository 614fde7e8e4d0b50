/** Whose eyes the pictures are drawn for: they read moments in their own time. */
const READER = { locale: 'en-US', timeZone: 'Europe/Berlin' } as const;
/** The machine that draws may have no font with these. */
const SIGNS: Readonly<Record<string, string>> = {
  '🔴': '<circle cx="9" cy="9" r="8" fill="#dd2e44"/>',
  '🟠': '<circle cx="9" cy="9" r="8" fill="#f4900c"/>',
  '🔵': '<circle cx="9" cy="9" r="8" fill="#55acee"/>',
  '✅': '<rect x="1" y="1" width="16" height="16" rx="3" fill="#77b255"/><path d="M4.5 9.5l3 3 6-7" fill="none" stroke="#fff" stroke-width="2.2"/>',
  '👀': '<g fill="#fff" stroke="#66757f"><ellipse cx="5" cy="9" rx="3.6" ry="6"/><ellipse cx="13" cy="9" rx="3.6" ry="6"/></g><g fill="#292f33"><circle cx="4.2" cy="9.5" r="2"/><circle cx="12.2" cy="9.5" r="2"/></g>',
};
const SIGN = new RegExp(Object.keys(SIGNS).join('|'), 'gu');

/** Slack's markup as HTML, as far as the messages use it. */
export function mrkdwnToHtml(mrkdwn: string): string {
  const html = mrkdwn
    .replace(/<!date\^(\d+)\^([^|]+)\|[^>]+>/g, (_, seconds, format) =>
      localTime(Number(seconds), String(format)),
    )
    .replace(/<!(\w+)>/g, '<span class="mention">@$1</span>')
    .replace(/<(https?:[^>|]+)(?:\|([^>]+))?>/g, (_, url, label) => `<a href="${url}">${label ?? url}</a>`)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/(^|[\s(])\*([^*\n]+)\*/g, '$1<b>$2</b>')
    .replaceAll('\n', '<br>');
  return withSigns(html);
}

/** Plain text as HTML. */
export function plainToHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return withSigns(escaped);
}

/** A moment as Slack writes it for the reader. */
export function localTime(seconds: number, format: string): string {
  const at = new Date(seconds * 1_000);
  const { locale, timeZone } = READER;
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at).replaceAll('\u202F', ' ');
  return format
    .replace('{time}', part({ hour: 'numeric', minute: '2-digit' }))
    .replace('{date_short_pretty}', part({ month: 'short', day: 'numeric', year: 'numeric' }));
}

function withSigns(html: string): string {
  return html.replace(SIGN, (sign) => `<svg class="sign" viewBox="0 0 18 18">${SIGNS[sign]}</svg>`);
}
