// Runs commands inside the rig for the tests outside: a JSON line comes in for each command, one goes out when it has ended.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const LEFT_OPEN_MS = 200;

const requests = createInterface({ input: process.stdin });
requests.on('line', (line) => {
  const { id, words, input, env, timeoutMs } = JSON.parse(line);
  const child = spawn(words[0], words.slice(1), {
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      said[name] += chunk;
    });
  }
  let answered = false;
  const answer = (code, signal) => {
    if (!answered) process.stdout.write(`${JSON.stringify({ id, code, signal, ...said })}\n`);
    answered = true;
  };
  child.on('error', (error) => answer(null, error.message));
  child.on('close', answer);
  // A server that the command left in the background may hold its output open for ever.
  child.on('exit', (code, signal) => setTimeout(answer, LEFT_OPEN_MS, code, signal));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
});

// Whatever a command left behind ends with the rig.
requests.on('close', () => process.exit());

process.stdout.write('{"ready":true}\n');
