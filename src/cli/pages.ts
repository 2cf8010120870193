/** More than this no list gives at once. */
const PAGE_MAX = 1_000;

interface Page<T> {
  items: readonly T[];
  next: string | null;
}

/** So many of a list that comes in pages, or all. */
export async function collectPages<T>(
  max: number,
  read: (place: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const place = { limit: Math.min(PAGE_MAX, max - items.length), ...(cursor === null ? {} : { cursor }) };
    const page: Page<T> = await read(place);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < max);
  return items;
}
