// A model server for tests, on loopback only: speaks what the agent CLIs speak and answers by a script.
//
//   node mock-model.mjs        prints its port on a line of its own, ends with its standard input
//   POST /_script              { otherwise?: REPLY, queue?: [REPLY] }; both replace what was there
//   GET  /_requests            the last requests of conversations: [{ kind, at, input }]
//
// REPLY: { text?, tools?, chunkMs?, delayMs?, status?, message?, match? }; `status` answers with that HTTP error; a queued reply with
// `match` waits for a request that contains this text. Requests behind the user's back get a fixed answer and are not logged.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { findDialect, isConversation } from './mock-dialects.mjs';

const REQUESTS_MAX = 100;
const BODY_BYTES_MAX = 32 * 1024 * 1024;
/** Serves as a title in all the forms that are asked for. */
const SIDE_REPLY = { text: '{"title":"Mock task","isNewTopic":true,"model_choice":"flash"}' };

const script = { otherwise: { text: 'Hello from the mock model.' }, queue: [] };
const requests = [];

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error('body too large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function takeReply(input) {
  const text = JSON.stringify(input);
  const index = script.queue.findIndex(({ match }) => match === undefined || text.includes(match));
  return index < 0 ? script.otherwise : script.queue.splice(index, 1)[0];
}

function control(path, body, response) {
  if (path === '/_requests') return sendJson(response, 200, requests);
  if (body.otherwise !== undefined) script.otherwise = body.otherwise;
  if (body.queue !== undefined) script.queue = body.queue;
  return sendJson(response, 200, script);
}

async function converse(dialect, body, response) {
  const isSide = !isConversation(body);
  const input = dialect.input ?? [];
  if (!isSide) {
    requests.push({ kind: dialect.kind, at: Date.now(), input });
    requests.splice(0, requests.length - REQUESTS_MAX);
  }
  const reply = isSide ? SIDE_REPLY : takeReply(input);
  if (reply.delayMs) await wait(reply.delayMs);
  if (response.destroyed) return;
  if (reply.status) {
    const message = reply.message ?? 'scripted failure';
    const type = 'api_error';
    return sendJson(response, reply.status, { type: 'error', error: { type, message, code: reply.status } });
  }
  await dialect.speak({ response, body, reply });
}

async function answer(request, response) {
  const path = new URL(request.url, 'http://localhost').pathname;
  const body = await readBody(request);
  if (path.startsWith('/_')) return control(path, body, response);
  const dialect = findDialect(path, body);
  if (dialect?.speak) return converse(dialect, body, response);
  return sendJson(response, dialect ? 200 : 404, dialect?.answer ?? { error: { message: 'not found' } });
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
});
server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`);
});
// Whoever started it is gone: so is it.
process.stdin.on('end', () => process.exit(0)).resume();
