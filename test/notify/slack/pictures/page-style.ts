/** Slack's looks, near enough: sizes and colours of its web client. */
export const PAGE_STYLE = `
:root { --canvas: #fff; --ink: #1d1c1d; --soft: #616061; --line: #dddddd; --code: #e01e5a; --code-wash: #f8f8f8;
  --link: #1264a3; --mention: #1264a3; --mention-wash: #e8f5fa; --button: #fff; }
[data-theme="dark"] { --canvas: #1a1d21; --ink: #d1d2d3; --soft: #ababad; --line: #45474b; --code: #e8912d;
  --code-wash: #222529; --link: #1d9bd1; --mention: #e8c66c; --mention-wash: #423b24; --button: #1a1d21; }
* { box-sizing: border-box; margin: 0; }
body { background: var(--canvas); color: var(--ink); font: 15px/1.46668 Lato, "Liberation Sans", Arial, sans-serif; }
main { width: 720px; padding: 14px 20px 16px; }
article { display: flex; gap: 8px; }
.avatar { width: 36px; height: 36px; border-radius: 6px; flex: none; margin-top: 2px; }
.body { flex: 1; min-width: 0; }
.by { line-height: 1.3; }
.app { background: var(--line); color: var(--soft); border-radius: 2px; font-size: 10px; font-weight: 700;
  padding: 1px 3px; vertical-align: 1px; }
time { color: var(--soft); font-size: 12px; }
h3 { font-size: 18px; line-height: 1.33; margin: 6px 0 4px; }
.sign { width: 1.15em; height: 1.15em; vertical-align: -0.2em; }
.section { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; margin: 4px 0 8px; }
.section > div { flex: 1; min-width: 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
.attachment { display: flex; gap: 12px; margin-top: 8px; }
.attachment > i { width: 4px; border-radius: 8px; flex: none; }
.attachment > div { flex: 1; min-width: 0; }
.context { color: var(--soft); font-size: 12px; margin: 4px 0; }
.actions { display: flex; gap: 8px; margin: 4px 0 8px; }
.button { border: 1px solid var(--line); background: var(--button); border-radius: 8px; font-size: 13px;
  font-weight: 700; padding: 4px 11px; white-space: nowrap; flex: none; }
code { color: var(--code); background: var(--code-wash); border: 1px solid var(--line); border-radius: 3px;
  font: 12px/1.5 "Liberation Mono", Menlo, monospace; padding: 1px 3px; }
.mention { color: var(--mention); background: var(--mention-wash); border-radius: 3px; padding: 0 2px 1px; }
a { color: var(--link); text-decoration: none; }
.thread { border-left: 2px solid var(--line); margin: 8px 0 0; padding-left: 14px; display: grid; gap: 10px; }
`;
