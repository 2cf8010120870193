import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { TestHome } from '../helpers/worker-process.ts';

let home: TestHome;

beforeEach(() => {
  home = new TestHome();
});

afterEach(() => home.close());

function startWorker(supervisor = 'launchd') {
  return home.startWorker('--supervisor', supervisor, '--socket-path', join(home.path, 'no-server'));
}

const isUp = () => until(() => home.workerState().tmux.status === 'none');

describe('a worker that launchd starts again after every exit but 0', () => {
  it('gives up with 0 and a reason at the seventh start without success, and then begins anew', async () => {
    const inTheWay = startWorker('none');
    await isUp();
    for (let start = 1; start <= 6; start++) expect(await startWorker().exit, `start ${start}`).toBe(75);
    const last = startWorker();
    expect(await last.exit).toBe(0);
    expect(JSON.parse(last.output)).toMatchObject({
      level: 50,
      message: expect.stringContaining('gives up'),
    });
    expect(await startWorker().exit).toBe(75);
    await inTheWay.end();
  });

  it('ends with 0 where its configuration must be mended, and says what', async () => {
    home.writeConfig('watch:\n  intervall: 1\n');
    const worker = startWorker();
    expect(await worker.exit).toBe(0);
    expect(JSON.parse(worker.output)).toMatchObject({ level: 50, code: 'CONFIG' });
    expect(worker.output).toContain('config.yaml:2');
    expect(await startWorker('none').exit).toBe(78);
  });

  it('forgets its starts when it was asked to stop', async () => {
    const worker = startWorker();
    await isUp();
    expect(existsSync(join(home.state, 'starts.json'))).toBe(true);
    expect(await worker.end()).toBe(0);
    expect(existsSync(join(home.state, 'starts.json'))).toBe(false);
  });
});
