import { delimiter, dirname, isAbsolute } from 'node:path';

/** A path and the file it leads to. */
interface Candidate {
  path: string;
  real: string;
}

/**
 * Where links to the current Node.js stay when it is upgraded. Homebrew's real path holds the version
 * (`/opt/homebrew/Cellar/node/22.1.0/bin/node`) and dies with the next `brew upgrade`.
 */
export const STABLE_NODES: readonly string[] = [
  '/usr/bin/node',
  '/usr/local/bin/node',
  '/opt/homebrew/bin/node',
  '/home/linuxbrew/.linuxbrew/bin/node',
];

/** The most lasting path to the Node.js that runs now. */
export function chooseNode(running: string, candidates: readonly Candidate[]): string {
  return candidates.find(({ real }) => real === running)?.path ?? running;
}

const VERSION_MANAGERS: readonly [name: string, pattern: RegExp][] = [
  ['nvm', /\/(?:\.nvm|nvm)\/versions\//],
  ['fnm', /\/(?:\.fnm|fnm)\/node-versions\/|fnm_multishells/],
  ['volta', /\/\.?volta\//],
  ['asdf', /\/\.?asdf\//],
  ['mise', /\/mise\/installs\//],
  ['n', /\/n\/versions\/node\//],
  ['nodenv', /\/\.nodenv\/versions\//],
];

/** The version manager that keeps this path; it takes it away with the next version. */
export function findVersionManager(path: string): string | undefined {
  return VERSION_MANAGERS.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Folders that are there for one shell or one `npx` only. */
const PASSING = /\/node_modules\/\.bin$|\/_npx\/|\/fnm_multishells\/|\/node-gyp-bin$/;

const SYSTEM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The PATH a service gets: what the user's shell has, without what is not absolute or does not last, with Node's own folder (agents are
 * scripts that look for `node`) and the system's.
 */
export function choosePath(path: string | undefined, node: string): string {
  const lasting = (path ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !PASSING.test(folder));
  return [...new Set([...lasting, dirname(node), ...SYSTEM_FOLDERS])].join(delimiter);
}
