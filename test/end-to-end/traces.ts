/** A secret that is planted, or a marker that must be found. */
export interface Planted {
  readonly name: string;
  readonly text: string;
}

/** Bits of a text's beginning and end that a character of base64 shares with its neighbours, in characters. */
const SHARED = 2;

/**
 * The ways in which a text can stand somewhere: as it is, as a part of a URL, JSON, HTML or hexadecimal digits, and in
 * both alphabets of base64, in which its characters depend on where it begins: `user:password` hides the password.
 */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 4) / 3);
    return (['base64', 'base64url'] as const).map((alphabet) =>
      shifted.toString(alphabet).replace(/=+$/, '').slice(from, -SHARED),
    );
  });
  const html = text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const named = text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&#34;');
  return [
    ...new Set([
      text,
      encodeURIComponent(text),
      encodeURI(text),
      JSON.stringify(text).slice(1, -1),
      JSON.stringify(JSON.stringify(text)).slice(3, -3),
      html,
      named,
      bytes.toString('hex'),
      ...base64,
    ]),
  ];
}

/** Which of the planted texts stand in another, in whatever form. */
export function findTraces(text: string, planted: readonly Planted[]): string[] {
  return planted
    .filter((plant) => formsOf(plant.text).some((form) => text.includes(form)))
    .map(({ name }) => name);
}
