// The watch and the messenger of the program as it is built, without its doors: takes one JSON object a line on its input and answers each.
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { BUILT_IN_PROFILES } from '../../../dist/agents/registry.js';
import { systemClock } from '../../../dist/base/clock.js';
import { EventBus } from '../../../dist/core/event-bus.js';
import { Fleet } from '../../../dist/core/fleet.js';
import { Messenger } from '../../../dist/core/messenger.js';
import { openProcessTable } from '../../../dist/host/process-table.js';
import { AgentSpecFiles } from '../../../dist/store/agent-spec-files.js';
import { loadConfig } from '../../../dist/store/config-file.js';
import { ensurePrivateDirectory } from '../../../dist/store/directories.js';
import { Journal } from '../../../dist/store/journal.js';
import { Mailbox } from '../../../dist/store/mailbox.js';
import { readAgents, StateFiles } from '../../../dist/store/state-files.js';
import { TmuxServer } from '../../../dist/tmux/server.js';
import { logEvent } from '../../../dist/worker/event-log.js';
import { Watch } from '../../../dist/worker/watch.js';

const { folder, socketName, socketPath, config = {} } = JSON.parse(process.argv[2]);
const uid = process.getuid();
const [state, run] = ['state', 'run'].map((name) => join(folder, name));
for (const path of [state, run]) ensurePrivateDirectory(path, uid);

/** What each turn at a pane has sent over the connection: lines are round trips; a command that another one runs counts too. */
const turn = new AsyncLocalStorage();
const runCommands = TmuxServer.prototype.run;
TmuxServer.prototype.run = function (commands, options) {
  const count = turn.getStore();
  if (count !== undefined) {
    count.lines++;
    for (const { blocks = 1 } of commands) count.commands += blocks;
  }
  return runCommands.call(this, commands, options);
};
const costs = [];

const bus = new EventBus(systemClock);
const journal = new Journal({ path: join(state, 'events.jsonl'), bytesMax: 100_000_000, filesMax: 1 });
const log = pino({}, pino.destination({ dest: join(folder, 'log'), append: true, sync: true }));
const fleet = new Fleet(new AgentSpecFiles(state, uid));
const loaded = loadConfig({ directory: join(folder, 'config'), env: {}, flags: config });
const standIn = BUILT_IN_PROFILES.find(({ name }) => name === 'stand-in');
loaded.profiles = [...BUILT_IN_PROFILES.flatMap(disguise), disguiseAs('slow', { enterDelayMs: 800 })];
const fail = (error) => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
};
const watch = new Watch({
  tmux: { program: 'tmux', address: { arguments: ['-L', socketName], path: socketPath, source: 'flag' } },
  ...{ loaded, fleet, clock: systemClock, files: new StateFiles(run, uid), processes: openProcessTable() },
  worker: { pid: process.pid, startedAt: new Date().toISOString() },
  before: readAgents(run),
  emit: (event) => bus.emit(event),
  onFatal: fail,
  onRound: () => {},
  roundEveryMs: 1_000,
});
// What the watch does of its own accord afterwards is no part of a delivery.
const request = watch.request.bind(watch);
watch.request = (pane) => turn.exit(() => request(pane));
const take = watch.turns.take.bind(watch.turns);
watch.turns.take = (pane, action) =>
  take(pane, () => {
    const count = { lines: 0, commands: 0, begunAt: Date.now() };
    costs.push(count);
    return turn.run(count, action);
  });
const messenger = new Messenger({
  ground: watch,
  mailbox: new Mailbox(state, uid),
  findInRecord: () => undefined,
  onFatal: fail,
});
bus.listen((event) => {
  journal.append(event);
  logEvent(log, event);
  messenger.note(event);
});
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const never = new AbortController().signal;
const OPERATIONS = {
  send: ({ to, message, from }) => messenger.send(to, message, from),
  broadcast: ({ target, message, from }) => messenger.broadcast(target, message, from),
  list: (filter) => messenger.list(filter),
  get: ({ id }) => messenger.get(id),
  cancel: ({ id }) => messenger.cancel(id),
  retry: ({ id }) => messenger.retry(id),
  wait: ({ id, until, timeoutMs }) => messenger.wait(id, { until, timeoutMs, signal: never }),
  answer: ({ name, ...choice }) => messenger.answer(name, choice),
  standing: ({ to, text }) => messenger.sendStanding(to, text),
  failAll: ({ agent, reason }) => messenger.failAll(agent, reason),
  agent: ({ name }) => watch.roster.describe(name) ?? null,
  agents: () => watch.roster.describeAll(),
  spec: ({ name, change }) => fleet.update(name, change),
  manage: async ({ spec }) => {
    fleet.put(spec);
    await watch.refresh();
    // The watch may have met it before it was tagged and written down, which agents that are spawned never are.
    const agent = watch.roster.find(spec.pane.id);
    if (agent === undefined || agent.name === spec.name) return;
    agent.place = { ...agent.place, tag: spec.name };
    watch.roster.renew(agent, { name: spec.name, management: 'managed' });
  },
  costs: () => costs.splice(0),
  worker: () => ({ ...watch.describe(), memory: process.memoryUsage().rss }),
};

await watch.open();
const broken = messenger.open();
answer({ ready: true, broken });

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { n, do: name, ...input } = JSON.parse(line);
  try {
    answer({ n, result: (await OPERATIONS[name](input)) ?? null });
  } catch (error) {
    answer({ n, error: { code: error.code, message: error.message, field: error.field, hint: error.hint } });
  }
});
process.stdin.on('end', async () => {
  await messenger.close();
  await watch.close();
  process.exit(0);
});

function answer(object) {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

/** The stand-in with the prompt of another CLI, delivered to as to that one. */
function disguise({ name, delivery }) {
  if (delivery === undefined || name === 'stand-in') return [];
  const { enterDelayMs, pastedMarks, whileBusy, bytesMax } = delivery;
  return disguiseAs(name, { enterDelayMs, pastedMarks, whileBusy, bytesMax });
}

function disguiseAs(name, delivery) {
  const processes = [{ path: new RegExp(`/like-${name}/main\\.js$`, 'u') }];
  return { ...standIn, name: `like-${name}`, processes, delivery: { ...standIn.delivery, ...delivery } };
}
