/** Headroom's mark as the icon of a Slack app, which wants a square of 512 pixels at least. */
export const APP_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36" width="512" height="512">
<rect width="36" height="36" fill="#0b57c9"/>
<g transform="translate(6 6)" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
<rect x="3" y="2" width="18" height="20" rx="5"/>
<path d="M3 13h18v4a5 5 0 0 1-5 5H8a5 5 0 0 1-5-5z" fill="#fff"/>
<path d="M12 10V5.5M9.5 7.5 12 5l2.5 2.5"/>
</g></svg>`;
