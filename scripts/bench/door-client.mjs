// A process of its own that asks a door again and again. Reads one line of JSON from stdin: where (`path` or `port`), `headers`, `target`,
// `seconds`, `connections`, and `perSecond`, where it is to keep to a rate. Prints one line: milliseconds of each answer, and statuses.
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { sleep } from './wait.mjs';

process.stdin.once('data', async (text) => {
  const { seconds, connections = 1, perSecond, ...request } = JSON.parse(text);
  const end = performance.now() + seconds * 1_000;
  const results = { times: [], statuses: {} };
  await Promise.all(
    Array.from({ length: connections }, (_, i) =>
      askUntil(end, request, results, pauseOf(perSecond, connections, i)),
    ),
  );
  process.stdout.write(JSON.stringify(results), () => process.exit());
});

/** When the nth request of a connection is due, milliseconds since the start; at once without a rate. */
function pauseOf(perSecond, connections, index) {
  if (perSecond === undefined) return () => 0;
  return (n) => ((n * connections + index) * 1_000) / perSecond;
}

async function askUntil(end, { path, port, headers, target }, { times, statuses }, dueAt) {
  const start = performance.now();
  const bytes = `GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
  let line = openLine({ path, port });
  for (let n = 0; performance.now() < end; n++) {
    const wait = start + dueAt(n) - performance.now();
    if (wait > 0) await sleep(wait);
    const before = performance.now();
    const status = await line.ask(bytes);
    times.push(performance.now() - before);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (line.closed) line = openLine({ path, port });
  }
}

/** A connection that is kept; answers come in order, each with its length. */
function openLine({ path, port }) {
  const connection = path === undefined ? connect(port, '127.0.0.1') : connect(path);
  const line = { closed: false, ask };
  let parts = [];
  let bytes = 0;
  let needed = Number.POSITIVE_INFINITY;
  let status = 0;
  let settle = () => {};
  connection.on('data', (part) => {
    parts.push(part);
    bytes += part.length;
    if (needed === Number.POSITIVE_INFINITY) readHead();
    if (bytes >= needed) finish();
  });
  connection.on('error', () => finish());
  connection.on('close', () => {
    line.closed = true;
    finish();
  });
  function readHead() {
    const text = Buffer.concat(parts).toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = text.slice(0, end);
    status = Number(head.slice(9, 12));
    line.closed ||= /^connection: close/im.test(head);
    needed = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  }
  function finish() {
    settle(status);
    parts = [];
    bytes = 0;
    needed = Number.POSITIVE_INFINITY;
    status = 0;
  }
  function ask(request) {
    return new Promise((resolve) => {
      settle = resolve;
      connection.write(request);
    });
  }
  return line;
}
