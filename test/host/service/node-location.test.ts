import { describe, expect, it } from 'vitest';
import { chooseNode, choosePath, findVersionManager } from '../../../src/host/service/node-location.ts';

describe('the Node.js of a service', () => {
  it('is a link that stays when Homebrew upgrades what it leads to', () => {
    const real = '/opt/homebrew/Cellar/node/22.1.0/bin/node';
    expect(chooseNode(real, [{ path: '/opt/homebrew/bin/node', real }])).toBe('/opt/homebrew/bin/node');
  });

  it('is the one that runs where a link leads to another one', () => {
    const running = '/home/me/.nvm/versions/node/v22.1.0/bin/node';
    expect(chooseNode(running, [{ path: '/usr/bin/node', real: '/usr/bin/node' }])).toBe(running);
  });

  it.each([
    ['/home/me/.nvm/versions/node/v22.1.0/bin/node', 'nvm'],
    ['/home/me/.local/share/fnm/node-versions/v22.1.0/installation/bin/node', 'fnm'],
    ['/home/me/.volta/tools/image/node/22.1.0/bin/node', 'volta'],
    ['/home/me/.asdf/installs/nodejs/22.1.0/bin/node', 'asdf'],
    ['/home/me/.local/share/mise/installs/node/22.1.0/bin/node', 'mise'],
    ['/usr/bin/node', undefined],
    ['/opt/homebrew/bin/node', undefined],
    ['/home/nvme/bin/node', undefined],
  ])('%s is kept by %s', (path, manager) => {
    expect(findVersionManager(path)).toBe(manager);
  });
});

describe('the PATH of a service', () => {
  it('is that of the shell, once each, with the folder of Node.js and those of the system', () => {
    expect(choosePath('/home/me/bin:/usr/bin:/home/me/bin', '/opt/node/bin/node')).toBe(
      '/home/me/bin:/usr/bin:/opt/node/bin:/usr/local/bin:/bin',
    );
  });

  it('has nothing that is relative or gone tomorrow', () => {
    const path = 'bin:.::/work/node_modules/.bin:/run/user/1/fnm_multishells/9/bin:/home/me/.npm/_npx/1/bin';
    expect(choosePath(path, '/usr/bin/node')).toBe('/usr/bin:/usr/local/bin:/bin');
  });

  it('is there without a PATH', () => {
    expect(choosePath(undefined, '/usr/bin/node')).toBe('/usr/bin:/usr/local/bin:/bin');
  });
});
