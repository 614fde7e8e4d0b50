/** The pages that every page links to, in their order. */
const SECTIONS = [
  { name: 'overview', label: 'Overview', path: '' },
  { name: 'alerts', label: 'Alerts', path: 'alerts' },
  { name: 'plan', label: 'Plan', path: 'plan' },
] as const;

/** One of the pages that every page links to. */
export type SectionName = (typeof SECTIONS)[number]['name'];

/** An entry of the navigation, finished for the view. */
export interface NavigationEntry {
  readonly label: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

/**
 * The navigation as one page shows it.
 * @param current the entry that this page belongs to
 * @param root the way to the root of all pages
 */
export function toNavigation(current: SectionName | undefined, root: string): NavigationEntry[] {
  return SECTIONS.map(({ name, label, path }) => ({
    label,
    url: `${root}${path}`,
    isCurrent: name === current,
  }));
}
