/** A clause of ours as a sentence: first letter upper case, with a full stop. */
export function toSentence(clause: string): string {
  const text = clause.trim();
  if (text === '') return '';
  const closed = /[.!?…]$/.test(text) ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}
