import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NaiveServer, openNaiveServer } from '../helpers/naive-server.ts';
import { NetworkRoom } from '../helpers/network-room.ts';
import { until } from '../helpers/until.ts';

const CHROMIUM = '/usr/bin/chromium';
const TARGET = '/v1/agents/claude-3/messages';
/** Stands in what only programs with a token may read. */
const SECRET = 'claude-3';

let room: NetworkRoom;
/** Another program on this machine, whose page attacks. */
let site: NaiveServer;
/** A server without a gate, to see that each attack works. */
let naive: NaiveServer;
let browser: Browser;
/** Status of every answer of our door. */
let statuses: number[] = [];

const noteAnswer = (message: unknown) => {
  const { request, response } = message as {
    request: { socket: { localPort: number } };
    response: { statusCode: number };
  };
  if (request.socket.localPort === room.port) statuses.push(response.statusCode);
};

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error('Chromium is missing: scripts/install chromium');
  room = await NetworkRoom.open();
  site = await openNaiveServer({ address: '127.0.0.2', pages: { '/': '<!doctype html><title>x</title>' } });
  naive = await openNaiveServer({ content: `{"name":"${SECRET}"}`, pages: { '/page': '<!doctype html>' } });
  subscribe('http.server.response.finish', noteAnswer);
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    // Root has no sandbox; the page is ours.
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP rebind.test 127.0.0.1'],
  });
});
afterAll(async () => {
  unsubscribe('http.server.response.finish', noteAnswer);
  await browser?.close();
  await Promise.all([room?.close(), site?.close(), naive?.close()]);
});
beforeEach(() => {
  statuses = [];
  naive.arrivals.length = 0;
});

interface Attack {
  base: string;
  target: string;
  /** What a page could know at worst. */
  token: string;
}

/** What of a page's world is used here. */
interface PageWorld {
  document: {
    body: { innerHTML: string };
    forms: { submit(): void }[];
    querySelector(selector: string): { contentDocument?: { body?: { innerText: string } } } | null;
  };
  navigator: { sendBeacon(url: string, body: Blob): boolean };
  Image: new () => { onload: () => void; onerror: () => void; src: string };
}

/** Each runs in the page and gives all that it could read. */
const CROSS_SITE: Record<string, (attack: Attack) => Promise<string>> = {
  'a simple POST': ({ base, target }) =>
    fetch(base + target, {
      ...{ method: 'POST', mode: 'no-cors', body: '{"text":"x"}', credentials: 'include' },
      headers: { 'content-type': 'text/plain' },
    })
      .then((answer) => answer.text())
      .catch(String),
  'a form as text/plain': ({ base, target }) =>
    new Promise((resolve) => {
      const { document } = globalThis as unknown as PageWorld;
      document.body.innerHTML = `<iframe name=f></iframe><form method=POST enctype=text/plain target=f action="${base}${target}"><input name='{"text":"x","y":"' value='"}'></form>`;
      document.forms[0]?.submit();
      setTimeout(() => {
        try {
          resolve(String(document.querySelector('iframe')?.contentDocument?.body?.innerText ?? ''));
        } catch (error) {
          resolve(String(error));
        }
      }, 700);
    }),
  'a beacon': async ({ base, target }) => {
    const { navigator } = globalThis as unknown as PageWorld;
    navigator.sendBeacon(base + target, new Blob(['{"text":"x"}'], { type: 'text/plain' }));
    return '';
  },
  'an image': ({ base }) =>
    new Promise((resolve) => {
      const image = new (globalThis as unknown as PageWorld).Image();
      image.onload = () => resolve('loaded');
      image.onerror = () => resolve('');
      image.src = `${base}/v1/agents?image`;
    }),
  'a GET whose answer is opaque': ({ base }) =>
    fetch(`${base}/v1/agents`, { mode: 'no-cors' })
      .then((answer) => answer.text())
      .catch(String),
  'a WebSocket': ({ base, token }) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/events`, [token]);
      socket.onopen = () => resolve('opened');
      socket.onerror = () => resolve('');
    }),
};

/** The page of another program on this machine: nothing of Chromium's own protects from it. */
async function openSite(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.2:${site.port}/`);
  return page;
}

const attackOn = (port: number, host = '127.0.0.1'): Attack => ({
  base: `http://${host}:${port}`,
  target: TARGET,
  token: room.tokens.admin,
});

const expectNothing = (read: string) => {
  expect(read).not.toMatch(new RegExp(`${SECRET}|opened|loaded`));
  expect(room.effects).toBe(0);
  expect(room.audited).toEqual([]);
};

describe('a page of another program on this machine', () => {
  it.each(Object.entries(CROSS_SITE))(
    'reaches a server without a gate by %s, and not ours',
    async (_, vector) => {
      const page = await openSite();
      await page.evaluate(vector, attackOn(naive.port));
      await until(() => naive.arrivals.length > 0);
      const read = await page.evaluate(vector, attackOn(room.port));
      await until(() => statuses.length > 0);
      expectNothing(read);
      expect(statuses.filter((status) => status !== 403)).toEqual([]);
      await page.close();
    },
  );

  it('gets no further than the preflight with JSON and a token', async () => {
    const page = await openSite();
    const post = ({ base, target, token }: Attack) =>
      fetch(base + target, {
        ...{ method: 'POST', body: '{"text":"x"}' },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      })
        .then((answer) => answer.text())
        .catch(String);
    await page.evaluate(post, attackOn(naive.port));
    expect(naive.arrivals.map(({ method }) => method)).toEqual(['OPTIONS']);
    const read = await page.evaluate(post, attackOn(room.port));
    expect(statuses).toEqual([403]);
    expectNothing(read);
    await page.close();
  });
});

describe('a page whose name was rebound to this machine', () => {
  const get = ({ base, token }: Attack) =>
    fetch(`${base}/v1/agents`, { headers: { authorization: `Bearer ${token}` } })
      .then((answer) => answer.text())
      .catch(String);
  const post = ({ base, target, token }: Attack) =>
    fetch(base + target, {
      ...{ method: 'POST', body: '{"text":"x"}' },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    })
      .then((answer) => answer.text())
      .catch(String);

  it.each([
    ['GET', get],
    ['POST', post],
  ] as const)(
    'reads a server without a gate by %s, and not ours, whatever token it has',
    async (_, vector) => {
      const page = await browser.newPage();
      const before = await openNaiveServer({
        content: `{"name":"${SECRET}"}`,
        pages: { '/page': '<!doctype html>' },
      });
      const { port } = before;
      await page.goto(`http://rebind.test:${port}/page`);
      expect(await page.evaluate(vector, attackOn(port, 'rebind.test'))).toContain(SECRET);

      // The same name and port, and now it is our door that stands there.
      await before.close();
      const after = await NetworkRoom.open({ port });
      const attack = { ...attackOn(port, 'rebind.test'), token: after.tokens.admin };
      const read = await page.evaluate(vector, attack);
      expect(read).not.toContain(SECRET);
      expect(read).toContain('"status":403');
      expect([after.effects, after.audited.length]).toEqual([0, 0]);
      await page.close();
      await after.close();
    },
  );
});

describe('a browser that is sent to our door', () => {
  it('is shown nothing, framed or not', async () => {
    const page = await browser.newPage();
    const answer = await page.goto(`http://127.0.0.1:${room.port}/v1/agents`);
    expect(answer?.status()).toBe(403);
    await page.close();
    const framing = await openSite();
    await framing.setContent(`<iframe src="http://127.0.0.1:${room.port}/v1/agents"></iframe>`);
    await until(() => statuses.length > 1);
    expectNothing(
      framing
        .frames()
        .map((frame) => frame.name())
        .join(),
    );
    await framing.close();
  });
});
