import { accessSync, constants, statSync } from 'node:fs';

/** Agent CLIs as they are called on PATH. */
export const AGENT_PROGRAMS: readonly string[] = [
  'claude',
  'codex',
  'gemini',
  'opencode',
  'qwen',
  'copilot',
  'pi',
];

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
