// What a delivery meets: each scenario says how the stand-in is, what happens around the message, and what must come of it.
import { choseNothing, judge, textOf } from './judge.mjs';
import { sleep, until } from './room.mjs';

const POEM = Array.from(
  { length: 60 },
  (_, i) => `${i + 1}. "quoted" 'line' \`x\` $HOME \\n #{pane_id} – naïve ✓ ${'ab '.repeat(9)}`,
);

/** More lines than a prompt shows, and hardly anything in the last ones. */
const TINY = 'try these, one after the other:\n1\n\n2\n3\n-x\n=x\n%1';

/** Fills a message up to what may be typed in one piece. */
function fill(bytes) {
  const head = Buffer.byteLength('[from user · 0123456789]\n');
  return `${'lorem ipsum dolor sit amet '.repeat(2_000).slice(0, bytes - head - 1)}.`;
}

const plainly = (text, more = {}) => ({
  shared: true,
  text: (i) => (typeof text === 'string' ? text : text(i)),
  ...more,
});

/**
 * After so long tmux itself checks the prompt of an agent, which else is looked at; half of all runs begin so. tmux tells of activity in whole
 * seconds. Milliseconds.
 */
export const REST_MS = 2_500;

/** One after the other to the same agent, unless `fresh`: then each run has a stand-in of its own. */
export const SCENARIOS = [
  {
    ...{ id: 'S1', title: 'short text, idle', alone: true },
    ...plainly((i) => `please run test number ${i}`),
  },
  ...['claude', 'codex', 'gemini', 'qwen', 'opencode', 'copilot', 'pi'].flatMap((kind) => [
    {
      id: `${kind}-short`,
      title: `short text, prompt of ${kind}`,
      ...plainly((i) => `look at file ${i}`, { kind }),
    },
    { id: `${kind}-long`, title: `60 lines, prompt of ${kind}`, ...plainly(POEM.join('\n'), { kind }) },
  ]),
  { id: 'S2', title: '60 lines, quotes, UTF-8', ...plainly(POEM.join('\n')) },
  { id: 'S4', title: 'text ending in `;`', ...plainly('run make;') },
  { id: 'lone-semicolon', title: 'a lone `;`', ...plainly(';') },
  { id: 'dash', title: 'leading `-`', ...plainly('-x --help') },
  { id: 'key-enter', title: 'the text `Enter`', ...plainly('Enter') },
  { id: 'key-ctrl-c', title: 'the text `C-c`', ...plainly('C-c') },
  { id: 'bang', title: 'leading `!`', ...plainly('!rm -rf /', { kind: 'claude' }) },
  { id: 'slash', title: 'leading `/`', ...plainly('/exit', { kind: 'codex' }) },
  {
    id: 'format',
    title: '`#(…)`, `#{…}` and `$(…)`',
    ...plainly('#(touch /tmp/x) #{pane_pid} $(id) `id` ~ %1 \\033'),
  },
  { id: '4-lines', title: '4 lines', ...plainly('one\ntwo\n\nfour') },
  { id: 'indented', title: 'tabs and indentation', ...plainly('do:\n\tthis\n    and\n\t\tthat') },
  { id: 'tiny-lines', title: 'last lines of a character or two', ...plainly(TINY) },
  { id: '32-kib', title: '32 KiB', ...plainly(fill(32_768)) },
  { id: 'emoji', title: 'emoji and combining marks', ...plainly('👩‍👩‍👧 é ñ 日本語 ก็ 🏳️‍🌈 ✓') },
  { id: 'S3', title: 'first Enter swallowed', fresh: true, words: ['--swallow-enters', '1'] },
  {
    id: 'S5',
    title: 'Enter < 120 ms after text is a newline',
    fresh: true,
    words: ['--enter-newline-ms', '120'],
  },
  { id: 'S6', title: 'agent starting up for 8 s', fresh: true, words: ['--startup-ms', '8000'], early: true },
  { id: 'S7', title: 'pane in copy mode', fresh: true, act: inCopyMode },
  {
    id: 'copy-between',
    title: 'copy mode between paste and Enter',
    fresh: true,
    kind: 'slow',
    prompt: 'plain',
    act: copyModeBetween,
  },
  {
    ...{
      id: 'dialog-between',
      title: 'permission dialog between paste and Enter',
      fresh: true,
      act: dialogBetween,
    },
    words: ['--ask-on-paste', '--paste-fault-ms', '50'],
  },
  {
    ...{ id: 'death-between', title: 'pane dies between paste and Enter', fresh: true, act: deathBetween },
    words: ['--die-on-paste', '--paste-fault-ms', '50'],
  },
  {
    id: 'shell',
    title: 'a shell in place of the agent',
    fresh: true,
    inShell: true,
    act: shellInstead,
    wants: 'honest',
  },
  { id: 'S8', title: 'a person has half typed a draft', fresh: true, act: draftBefore },
  {
    id: 'typing-between',
    title: 'a person types between paste and Enter',
    fresh: true,
    kind: 'slow',
    prompt: 'plain',
    act: typingBetween,
  },
  {
    ...{ id: 'sent-by-person', title: 'a person types into it and sends it', fresh: true, act: sentByPerson },
    ...{ kind: 'slow', prompt: 'plain', wants: 'honest' },
  },
];

async function inCopyMode({ room, worker, standIn, send }) {
  await room.tmux('copy-mode', '-t', standIn.pane);
  const { id } = await send();
  await untilWaiting(worker, id, 'copy-mode');
  await room.tmux('send-keys', '-t', standIn.pane, '-X', 'cancel');
  return id;
}

async function copyModeBetween({ room, worker, standIn, send }) {
  const { id } = await send();
  await untilShown(room, standIn, id);
  await room.tmux('copy-mode', '-t', standIn.pane);
  await sleep(1_500);
  if (room.submitted(standIn).length > 0) return id;
  await room.tmux('send-keys', '-t', standIn.pane, '-X', 'cancel');
  return (await worker.ask('get', { id })).id;
}

/** Nothing may be chosen in it; when it was refused by its very id, the text that stands behind it is sent. */
async function dialogBetween({ room, worker, standIn, send }) {
  const { id } = await send();
  await untilWaiting(worker, id, 'approval');
  const seen = await until(async () => (await worker.ask('agent', { name: standIn.name })).dialog, {
    what: 'dialog',
  });
  if (!choseNothing(room.logOf(standIn))) throw new Error('something was chosen');
  await worker.ask('answer', { name: standIn.name, dialog: seen.id, decision: 'deny' });
  return id;
}

/** Whoever starts it again gets the message whole. */
async function deathBetween({ room, worker, standIn, send }) {
  const { id } = await send();
  await untilWaiting(worker, id, 'dead');
  const command = standIn.command.filter((word) => word !== '--die-on-paste');
  await room.tmux('respawn-pane', '-k', '-t', standIn.pane, '--', ...command);
  return id;
}

async function shellInstead({ room, worker, standIn, send, run }) {
  const { process: running } = await worker.ask('agent', { name: standIn.name });
  const kill = () => process.kill(running.pid, 'SIGKILL');
  // Now before, now in the middle of the delivery.
  if (run % 3 === 0) kill();
  const { id } = await send();
  if (run % 3 !== 0) {
    await sleep((run * 37) % 160);
    kill();
  }
  await sleep(1_500);
  const screen = await room.screenOf(standIn);
  if (/command not found|No such file/.test(screen)) throw new Error('the shell ran it');
  return { id, final: true };
}

async function draftBefore({ room, worker, standIn, send }) {
  await room.tmux('send-keys', '-t', standIn.pane, '-l', 'half a thought');
  await worker.untilState(standIn.name, 'draft');
  const { id } = await send();
  await untilWaiting(worker, id, 'draft');
  await sleep(500);
  const isThere = (await room.screenOf(standIn)).includes('half a thought');
  if (!isThere || room.submitted(standIn).length > 0) throw new Error('the draft was touched');
  await room.tmux('send-keys', '-t', standIn.pane, 'C-u');
  return id;
}

async function typingBetween({ room, worker, standIn, send }) {
  const { id } = await send();
  await untilShown(room, standIn, id);
  await room.tmux('send-keys', '-t', standIn.pane, '-l', ' me');
  await untilWaiting(worker, id, 'draft');
  await room.tmux('send-keys', '-t', standIn.pane, 'BSpace', 'BSpace', 'BSpace');
  return id;
}

/** The agent got it, though not as it was: it must not get it once more. */
async function sentByPerson({ room, worker, standIn, send }) {
  const { id } = await send();
  await untilShown(room, standIn, id);
  await room.tmux('send-keys', '-t', standIn.pane, '-l', ' me');
  await untilWaiting(worker, id, 'draft');
  await room.tmux('send-keys', '-t', standIn.pane, 'Enter');
  const message = await worker.wait(id);
  await sleep(1_000);
  const got = room.submitted(standIn).filter(({ text }) => text.includes(id));
  const known = ['submitted', 'answered', 'uncertain'].includes(message.receipt.state);
  if (got.length !== 1 || got[0].text !== `${textOf(message)} me` || !known) return { id, final: true };
  return { id, verdict: 'honest' };
}

function untilWaiting(worker, id, reason) {
  const isSo = async () => {
    const { receipt } = await worker.ask('get', { id });
    if (['submitted', 'answered', 'failed', 'uncertain'].includes(receipt.state))
      throw new Error(`it is ${receipt.state}`);
    return receipt.state === 'waiting' && receipt.reason === reason;
  };
  return until(isSo, { what: `waiting for ${reason}`, timeoutMs: 10_000 });
}

function untilShown(room, standIn, id) {
  return until(async () => (await room.screenOf(standIn)).includes(id), { what: 'text on the screen' });
}

/** One run: gives what the receipt and the stand-in's log say together. */
export async function runOnce(scenario, { room, standIn, run }) {
  const { worker } = room;
  const text = scenario.text?.(run) ?? `message of run ${run}`;
  if (scenario.alone || run % 2 === 0) await sleep(REST_MS);
  const begunAt = Date.now();
  const send = () => worker.send(standIn.name, text);
  const done =
    scenario.act === undefined ? (await send()).id : await scenario.act({ room, worker, standIn, send, run });
  const { id, final = false, verdict } = typeof done === 'string' ? { id: done } : done;
  const message = final ? await worker.ask('get', { id }) : await worker.wait(id, 'submitted', 25_000);
  const elapsedMs = Date.now() - begunAt;
  await worker.wait(id, 'answered', final ? 0 : 10_000);
  const log = room.logOf(standIn);
  return { verdict: verdict ?? judge(message, log), elapsedMs, message, log };
}
