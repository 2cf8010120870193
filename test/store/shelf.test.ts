import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RoleShelf } from '../../src/core/role-shelf.ts';
import { isName } from '../../src/model/agent-name.ts';
import { roleFormat } from '../../src/store/role-files.ts';
import { findOnShelf, listShelf, refuseUntrusted } from '../../src/store/shelf-files.ts';
import { teamFormat } from '../../src/store/team-files.ts';
import { cpuMs } from '../helpers/cpu-time.ts';

const SHIPPED = join(import.meta.dirname, '../../src');
const UID = process.getuid?.() ?? 0;
let base: string;
let project: string;
let config: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tmo-shelf-')));
  project = join(base, 'project');
  config = join(base, 'config');
  for (const path of [project, config]) mkdirSync(path);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

/** `at` is below the test's folder. Gives the path. */
function put(at: string, text: string): string {
  const path = join(base, at);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function role(name: string, briefing = 'Do good work.', fields = ''): string {
  return `---\nname: ${name}\ndescription: About ${name}\n${fields}---\n\n${briefing}\n`;
}

function putProjectRole(name: string, text = role(name)): string {
  return put(`project/.tmux-orchestrator/roles/${name}.md`, text);
}

function options(trusted: readonly string[] = []) {
  const folders = { shipped: join(base, 'shipped'), config, project, uid: UID };
  return { folders, isTrusted: (path: string) => trusted.includes(path) };
}

function find(name: string, trusted: readonly string[] = []) {
  return findOnShelf(roleFormat, options(trusted), name);
}

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('roles', () => {
  it('of a project win over those of the user, and those over the shipped ones', () => {
    put('shipped/roles/a.md', role('a', 'shipped'));
    expect(find('a')).toMatchObject({
      value: { briefing: 'shipped' },
      entry: { source: 'shipped', trusted: true },
    });
    put('config/roles/a.md', role('a', 'of the user'));
    expect(find('a').value.briefing).toBe('of the user');
    putProjectRole('a', role('a', 'of the project'));
    expect(find('a')).toMatchObject({
      value: { briefing: 'of the project' },
      entry: { source: 'project', trusted: false },
    });
    expect(listShelf(roleFormat, options()).map(({ name, source }) => `${source} ${name}`)).toEqual([
      'project a',
    ]);
  });

  it('are listed by name with their description, and with what is wrong with them', () => {
    put('shipped/roles/b.md', role('b'));
    putProjectRole('a', role('other'));
    symlinkSync('/etc/passwd', join(project, '.tmux-orchestrator/roles/c.md'));
    execFileSync('mkfifo', [join(project, '.tmux-orchestrator/roles/d.md')]);
    put('project/.tmux-orchestrator/roles/README.md', 'not a role');
    const list = listShelf(roleFormat, options());
    expect(list.map(({ name, problem }) => [name, problem])).toEqual([
      ['a', expect.stringContaining('name is other, but the file is called a')],
      ['b', null],
      ['c', expect.stringContaining('symbolic link')],
      ['d', expect.stringContaining('FIFO')],
    ]);
    expect(list[1]?.description).toBe('About b');
    expect(JSON.stringify(list)).not.toContain('root:');
  });

  it('that cannot be used do not let an earlier one of their name pass for them', () => {
    put('shipped/roles/a.md', role('a'));
    mkdirSync(join(project, '.tmux-orchestrator/roles'), { recursive: true });
    symlinkSync('/etc/passwd', join(project, '.tmux-orchestrator/roles/a.md'));
    expect(() => find('a')).toThrow('symbolic link');
  });

  it('in a folder that leads out of the project are none, and the list says so', () => {
    put('elsewhere/roles/a.md', role('a', 'secret'));
    put('shipped/roles/b.md', role('b'));
    symlinkSync(join(base, 'elsewhere'), join(project, '.tmux-orchestrator'));
    expect(() => find('a')).toThrow('leads out');
    const list = listShelf(roleFormat, options());
    expect(list.map(({ name }) => name)).toEqual(['(project)', 'b']);
    expect(list[0]?.problem).toContain('leads out');
  });

  it('are cleaned like any text', () => {
    putProjectRole('a', role('a', 'Be\u001b[31m good\u202e and\n\tkind.\u{e0041}'));
    expect(find('a').value.briefing).toBe('Be good and\n\tkind.');
  });

  it.each([
    ['no front matter', 'just text', 'a.md:1: front matter is missing'],
    [
      'an unknown key',
      role('a', 'x', 'profil: claude\n'),
      'a.md:4: profil: is unknown; did you mean profile?',
    ],
    ['a wrong type', role('a', 'x', 'args: --fast\n'), 'a.md:4: args: '],
    ['a wrong item', role('a', 'x', 'args:\n  - b\n  - 3\n'), 'a.md:6: args.1: '],
    ['broken YAML', role('a', 'x', 'args: [\n'), 'a.md:'],
    ['an unknown permission', role('a', 'x', 'permissions: root\n'), 'a.md:4: permissions: '],
    ['no briefing', role('a', '\n \n'), 'briefing: text is empty'],
    ['no description', '---\nname: a\n---\nx', 'a.md:2: description: '],
    [
      'a variable with a line break',
      role('a', 'x', 'env: {A: "1\\n2"}\n'),
      'a.md:4: env.A: holds a line break',
    ],
    ['prototype keys', role('a', 'x', '__proto__: {args: [b]}\n'), 'a.md:4: __proto__: is unknown'],
    ['a key that is there twice', role('a', 'x', 'args: [b]\nargs: [c]\n'), 'a.md:5: args is there twice'],
    ['nested brackets', role('a', 'x', `args: ${'['.repeat(50_000)}\n`), 'a.md: nested too deeply'],
    ['nested lists', role('a', 'x', `args:\n  ${'- '.repeat(100_000)}b\n`), 'a.md: nested too deeply'],
    ['nested tags', role('a', 'x', `args: ${'{a: '.repeat(50_000)}b\n`), 'a.md: nested too deeply'],
    ['ten thousands of keys', role('a', 'x', manyKeys(40_000)), 'is unknown'],
    [
      'a billion laughs',
      role(
        'a',
        'x',
        `${'abcdefghij'
          .split('')
          .map((c, i, all) => `${c}: &${c} [${i ? `*${all[i - 1]},`.repeat(10) : 'x'}]\n`)
          .join('')}`,
      ),
      'a.md',
    ],
  ])('with %s are refused, naming file, line and field', async (_, text, message) => {
    putProjectRole('a', text);
    // The worst of them takes a quarter of a second of a core; without our limits 25.
    expect(await cpuMs(() => expect(() => find('a')).toThrow(message))).toBeLessThan(3_000);
  });
});

function manyKeys(count: number): string {
  return Array.from({ length: count }, (_, i) => `k${i.toString(36)}:\n`).join('');
}

describe('a folder full of what is slow to read', () => {
  it('holds nobody up for long: what is not looked at says so', () => {
    const hostile = manyKeys(30_000);
    for (let i = 0; i < 60; i++) putProjectRole(`a${i}`, role(`a${i}`, 'x', hostile));
    const started = performance.now();
    const list = listShelf(roleFormat, options());
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(list).toHaveLength(60);
    expect(
      list.filter(({ problem }) => problem === 'the files before it took too long').length,
    ).toBeGreaterThan(10);
  });
});

describe('a role of a project that is not trusted', () => {
  const fields = 'profile: codex\nargs: [--yolo]\npermissions: all\nenv: {A: "1"}\n';

  it('loses commands and variables, names them with the next step, and keeps its briefing', () => {
    const path = putProjectRole('a', role('a', 'Be kind.', fields));
    const found = find('a');
    expect(found.value).toEqual({
      name: 'a',
      description: 'About a',
      args: [],
      env: {},
      briefing: 'Be kind.',
    });
    expect(found.refused).toEqual(['profile', 'args', 'permissions', 'env']);
    expect(() => refuseUntrusted(found)).toThrow('sets profile, args, permissions, env and is not trusted');
    const hint = `look at it, then: tmux-orchestrator trust ${path}`;
    expect(attempt(() => refuseUntrusted(found))).toMatchObject({ code: 'REFUSED', field: 'profile', hint });
  });

  it('has all of it once it is trusted, as the user has', () => {
    const path = putProjectRole('a', role('a', 'Be kind.', fields));
    expect(find('a', [path])).toMatchObject({ value: { args: ['--yolo'], permissions: 'all' }, refused: [] });
    refuseUntrusted(find('a', [path]));
    put('config/roles/b.md', role('b', 'x', fields));
    expect(find('b')).toMatchObject({ value: { profile: 'codex', env: { A: '1' } }, refused: [] });
  });

  it('is copied without commands and variables: they would count in the user’s folder', () => {
    putProjectRole('a', role('a', 'Be kind.', fields));
    const { folders, isTrusted } = options();
    const shelf = new RoleShelf({ shipped: folders.shipped, config, uid: UID, isTrusted });
    const path = shelf.create('mine', { from: 'a', directory: project });
    expect(readFileSync(path, 'utf8')).toBe('---\nname: mine\ndescription: About a\n---\n\nBe kind.\n');
    expect(find('mine').value.args).toEqual([]);
    expect(codeOf(() => shelf.create('mine', {}))).toBe('CONFLICT');
  });

  it('starts no agent unless it sets nothing, or is trusted', () => {
    const trusted = [putProjectRole('a', role('a', 'Be kind.', fields))];
    putProjectRole('plain');
    const { folders } = options();
    const shelf = (paths: string[]) =>
      new RoleShelf({ shipped: folders.shipped, config, uid: UID, isTrusted: options(paths).isTrusted });
    expect(codeOf(() => shelf([]).getForStart('a', project))).toBe('REFUSED');
    expect(shelf([]).getForStart('plain', project).briefing).toBe('Do good work.');
    expect(shelf(trusted).getForStart('a', project).args).toEqual(['--yolo']);
  });

  it('is a usable one when it is new and empty', () => {
    const { folders, isTrusted } = options();
    const shelf = new RoleShelf({ shipped: folders.shipped, config, uid: UID, isTrusted });
    shelf.create('mine', {});
    expect(shelf.get('mine').value.briefing).toContain('# Who you are');
    expect(codeOf(() => shelf.create('../mine', {}))).toBe('INVALID');
  });
});

function attempt(act: () => void): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const TRICKS = [
  ...[
    '..',
    '.',
    '',
    '../a',
    '..\\a',
    '....//a',
    '/etc/passwd',
    '~root/a',
    'file:///etc/passwd',
    'a/b',
    'a/../a',
  ],
  ...[
    '%2e%2e%2fa',
    '..%2fa',
    '%252e%252e%252fa',
    '..%c0%afa',
    'a%00',
    'a%0a',
    'a.md',
    'a\0',
    'a\0.md',
    'a\n',
    '\na',
    'a\n../x',
  ],
  ...[
    '‥/a',
    '․․/a',
    '．．／a',
    'ａ',
    'ﬁle',
    'K',
    'ſ',
    'а',
    '\u202ea',
    'a\u0301',
    'é',
    'A',
    'Developer',
    '-a',
    '_a',
    ' a',
    'a ',
  ],
  ...[
    'CON:',
    'a:b',
    'a b',
    '$(id)',
    '#(id)',
    '`id`',
    'a'.repeat(65),
    'a'.repeat(300),
    '__proto__',
    'constructor.x',
  ],
];

describe('a name', () => {
  it.each(TRICKS)('like %j is refused before anything is read', (name) => {
    put('shipped/roles/a.md', role('a'));
    expect(codeOf(() => find(name))).toBe('INVALID');
  });

  it.each(['constructor', 'tostring', 'valueof', 'b'])(
    'that nobody gave a role (%s) is not found',
    (name) => {
      put('shipped/roles/a.md', role('a'));
      expect(codeOf(() => find(name))).toBe('NOT_FOUND');
    },
  );

  it('that is nearly right is told', () => {
    put('shipped/roles/developer.md', role('developer'));
    expect(attempt(() => find('develper'))).toMatchObject({ hint: 'did you mean developer?' });
  });

  it('matches the alphabet whenever it is accepted', () => {
    put('shipped/roles/a.md', role('a'));
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'a.-_/\\%A\n\0é') }),
    );
    fc.assert(
      fc.property(anyText, (name) => {
        const accepted = ['none', 'NOT_FOUND'].includes(codeOf(() => find(name)));
        expect(accepted).toBe(isName(name));
        if (accepted) expect(name.replace(/[a-z0-9_-]/g, '')).toBe('');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a team file', () => {
  const text = 'name: web\ndescription: Builds\nlead: a\nmembers:\n  - name: a\n    role: developer\n';

  it('is found like a role, and tells what is wrong with file, line and field', () => {
    put('project/.tmux-orchestrator/teams/web.yaml', text);
    const at = () => findOnShelf(teamFormat, options(), 'web');
    expect(at().value.members).toEqual([{ name: 'a', role: 'developer' }]);
    const broken = put('project/.tmux-orchestrator/teams/web.yaml', `${text}  - name: a\n`);
    expect(at).toThrow(`${broken}:7: members.1.name: a is there twice`);
    put('project/.tmux-orchestrator/teams/web.yaml', `${text}    rol: x\n`);
    expect(at).toThrow(`${broken}:7: members.0.rol: is unknown; did you mean role?`);
    put('project/.tmux-orchestrator/teams/web.yaml', text.replace('lead: a', 'lead: b'));
    expect(at).toThrow(`${broken}:3: lead: must be the name of a member`);
    put('project/.tmux-orchestrator/teams/web.yaml', text.replace('description: Builds\n', ''));
    expect(at).toThrow(`${broken}:1: description: `);
  });

  it('keeps what it may not set, so that each member can be refused by itself', () => {
    put('project/.tmux-orchestrator/teams/web.yaml', `${text}    profile: codex\n`);
    const found = findOnShelf(teamFormat, options(), 'web');
    expect(found).toMatchObject({ refused: ['members.0.profile'], entry: { trusted: false } });
  });
});

describe('what is shipped', () => {
  const shipped = { folders: { shipped: SHIPPED, config: '/nonexistent', uid: UID }, isTrusted: () => false };
  const roles = listShelf(roleFormat, shipped);
  const teams = listShelf(teamFormat, shipped);

  it('is ten roles and four teams without a problem', () => {
    expect(roles.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(teams.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(roles.map(({ name }) => name)).toEqual([
      ...['backend-developer', 'developer', 'devops-engineer', 'frontend-developer', 'orchestrator'],
      ...['project-manager', 'qa-engineer', 'researcher', 'reviewer', 'technical-writer'],
    ]);
    expect(teams.map(({ name }) => name)).toEqual(['backend', 'frontend', 'fullstack', 'review']);
  });

  it.each(roles.map(({ name }) => name))(
    'role %s is short enough to be typed, and long enough to help',
    (name) => {
      const { path } = findOnShelf(roleFormat, shipped, name).entry;
      const text = readFileSync(path, 'utf8');
      expect(text.split('\n').length).toBeGreaterThanOrEqual(40);
      expect(text.split('\n').length).toBeLessThanOrEqual(91);
      expect(Buffer.byteLength(text)).toBeLessThan(8_192);
      expect(text).not.toMatch(/\/home\/|\/work|TODO|claude --/);
    },
  );

  it('names members of teams apart from each other, and gives them roles that there are', () => {
    const members = teams.flatMap(({ name }) => findOnShelf(teamFormat, shipped, name).value.members);
    expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
    for (const member of members) findOnShelf(roleFormat, shipped, member.role ?? '');
  });
});
