import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { buildMcpServer } from '../mcp/mcp-server.ts';
import type { InputOf, OperationName } from '../operations/routes.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';

/** Longer than the longest wait that a tool allows. */
const CALL_TIMEOUT_MS = 630_000;

/** Serves until standard input ends. Each call of a tool is a request to the worker, which may start and stop meanwhile. */
export async function serveMcp(context: Context): Promise<void> {
  const client = openClient(context);
  const call = (name: OperationName, input: Record<string, unknown>) =>
    client.call(name, input as InputOf<OperationName>, { timeoutMs: CALL_TIMEOUT_MS }) as Promise<object>;
  // What the caller may not do the worker refuses, and says what is missing.
  const handle = serveStdio(() => buildMcpServer({ scope: 'admin', call }));
  await new Promise<void>((end) => process.stdin.once('end', end).once('close', end));
  await handle.close();
}
