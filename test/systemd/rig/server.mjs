// Runs commands inside the rig for the tests outside: a JSON line comes in for each command, one goes out when it has ended.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', (line) => {
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
  const answer = (end) => process.stdout.write(`${JSON.stringify({ id, ...end, ...said })}\n`);
  child.on('error', (error) => answer({ code: null, signal: error.message }));
  // Not 'close': a tmux server that the command left behind holds its output open.
  child.on('exit', (code, signal) => setTimeout(answer, 20, { code, signal }));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
});

process.stdout.write('{"ready":true}\n');
