import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the mock model answers with; see mock-model.mjs. */
interface Reply {
  text?: string;
  tools?: { name: string; input: unknown; custom?: boolean }[];
  chunkMs?: number;
  delayMs?: number;
  status?: number;
  message?: string;
  match?: string;
}

/** A request of a conversation as it reached the model. */
interface ModelRequest {
  kind: 'messages' | 'responses' | 'chat' | 'gemini';
  at: number;
  input: unknown;
}

export interface MockModel {
  url: string;
  script(change: { otherwise?: Reply; queue?: Reply[] }): Promise<void>;
  requests(): Promise<ModelRequest[]>;
  close(): void;
}

/** Starts a mock model server; it ends with this process at the latest. */
export async function startMockModel(): Promise<MockModel> {
  const words = [join(import.meta.dirname, 'mock-model.mjs')];
  const server = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout, 'data');
  const url = `http://127.0.0.1:${Number(String(line))}`;
  return {
    url,
    script: async (change) => {
      const response = await fetch(`${url}/_script`, { method: 'POST', body: JSON.stringify(change) });
      if (!response.ok) throw new Error(`mock model: ${response.status}`);
    },
    requests: async () => (await (await fetch(`${url}/_requests`)).json()) as ModelRequest[],
    close: () => server.stdin.end(),
  };
}
