/** Where a role or team comes from; later ones win over earlier ones of the same name. */
export type ShelfSource = 'shipped' | 'user' | 'project';

/** One line of a list of roles or teams. */
export interface ShelfEntry {
  name: string;
  description: string;
  source: ShelfSource;
  path: string;
  /** Whether commands and variables in it count: always, but for a project's file that was not trusted as it is now. */
  trusted: boolean;
  /** Why it cannot be used; null where it can. */
  problem: string | null;
}

export interface Found<T> {
  /** A role: without the fields in `refused`. A team: with them; each member they belong to is refused when the team is started. */
  value: T;
  entry: ShelfEntry;
  /** Fields of it that do not count, as the file is not trusted; see `refuseUntrusted`. */
  refused: readonly string[];
}
