import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtPane } from '../../src/tmux/look.ts';
import { command } from '../../src/tmux/quoting.ts';
import { TmuxServer } from '../../src/tmux/server.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';

let tmux: PrivateTmux;
let server: TmuxServer;

beforeAll(async () => {
  tmux = await privateTmux({
    command: ['bash', '-c', 'printf "%0110d\\n" $(seq 1000000 1000100); sleep 600'],
    columns: 120,
    rows: 40,
  });
  const address = { arguments: ['-L', tmux.name], path: tmux.socketPath, source: 'flag' } as const;
  server = await TmuxServer.connect(
    { program: 'tmux', address },
    { onStructure: () => {}, onLost: () => {} },
  );
});

afterAll(async () => {
  await server.close();
  await tmux.close();
});

function readServerKb(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${tmux.pid}/status`, 'utf8'))?.[1]);
}

describe('the control connection', () => {
  it('lets any text that may reach tmux arrive as data, byte for byte', async () => {
    const hostile = [
      'a\nkill-server',
      ';',
      'x;',
      '$HOME #{pid} #(id) ~ {',
      '"\'\\',
      '-b',
      '%end 1 2 1',
      '\u001b[201~',
      '\u0080ü❯🦀',
    ];
    const anyText = fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        fc.pre(!text.includes('\0') && !/\p{Surrogate}/u.test(text));
        await server.run([command('set-buffer', '-b', 'property', '--', text)]);
        const { stdout } = await execa('tmux', ['-L', tmux.name, 'show-buffer', '-b', 'property'], {
          encoding: 'buffer',
          stripFinalNewline: false,
        });
        expect(Buffer.from(stdout).equals(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 150, examples: hostile.map((text) => [text] as [string]) },
    );
    await server.run([command('delete-buffer', '-b', 'property')]);
  });

  it('costs the server no memory, however often it looks', async () => {
    const look = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => lookAtPane(server, '%0', i % 10 === 0)));
    for (let i = 0; i < 40; i++) await look(50);
    const before = readServerKb();
    for (let i = 0; i < 200; i++) await look(50);
    expect(readServerKb() - before).toBeLessThan(2_000);
  });

  it('would notice a look that leaks, as capture-pane -p does on 3.3a', async () => {
    if (server.identity.version !== '3.3a') return;
    const before = readServerKb();
    for (let i = 0; i < 40; i++) {
      await Promise.all(
        Array.from({ length: 50 }, () => server.run([command('capture-pane', '-p', '-t', '%0')])),
      );
    }
    expect(readServerKb() - before).toBeGreaterThan(2_000);
  });

  it('fails one command without hurting the next, and names a pane that is gone', async () => {
    await expect(server.run([command('no-such-command')])).rejects.toMatchObject({ code: 'TMUX' });
    await expect(lookAtPane(server, '%99')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await lookAtPane(server, '%0')).text).toContain('1000100');
  });
});
