import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where one agent lives and whom it talks to. */
interface Place {
  home: string;
  work: string;
  modelUrl: string;
}

/** What the mock model answers with to have the CLI run something. */
interface ToolCall {
  name: string;
  input: unknown;
  custom?: boolean;
}

/** How a real CLI is brought to talk to the mock model, past all that it asks of a new user. */
export interface Recipe {
  profile: string;
  /** Folder of its installation; see packages.json. */
  folder: string;
  /** Node of the system is too old for it. */
  needsNewNode?: boolean;
  env(place: Place): Record<string, string>;
  /** How the CLI itself is known to change what is pasted before the model gets it. */
  alter?(text: string): string;
  /** What it puts around a text (`text`) before the model gets it. */
  frame?: RegExp;
  /** A call of a tool that needs leave: it runs this command. None where the CLI asks for nothing. */
  tool?(command: string): ToolCall;
  /** Its configuration: texts or JSON by path below its home. */
  files(place: Place): Record<string, unknown>;
}

export function writeFiles(home: string, files: Record<string, unknown>): void {
  for (const [path, content] of Object.entries(files)) {
    const whole = join(home, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const blanksForTabs = (text: string) => text.replaceAll('\t', '    ');

/** 2.1.330 tells the model what was pasted, around a long paste. */
const PASTED = /^\n\n<pasted_content id="\w+"[^>]*>\n(?<text>.*?)\n<\/pasted_content[^>]*>\n?$/su;

function claudeRecipe(version: string): Recipe {
  return {
    profile: 'claude',
    folder: `claude-${version}`,
    frame: PASTED,
    alter: (text) => blanksForTabs(text.normalize('NFC')),
    tool: (command) => ({ name: 'Bash', input: { command, description: 'Make a file' } }),
    env: ({ modelUrl }) => ({
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_AUTH_TOKEN: 'dummy',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
    files: ({ work }) => ({
      '.claude.json': {
        hasCompletedOnboarding: true,
        theme: 'dark',
        projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
      },
    }),
  };
}

const codex: Recipe = {
  profile: 'codex',
  folder: 'codex',
  tool: (cmd) => {
    const words = { cmd, sandbox_permissions: 'require_escalated', justification: 'May I make a file?' };
    return { name: 'exec', custom: true, input: `text(await tools.exec_command(${JSON.stringify(words)}));` };
  },
  env: () => ({}),
  files: ({ work, modelUrl }) => ({
    '.codex/config.toml': `
model = "gpt-6-sol"
model_provider = "mock"
check_for_update_on_startup = false

[model_providers.mock]
name = "Mock"
base_url = "${modelUrl}/v1"
wire_api = "responses"
supports_websockets = false

[projects."${work}"]
trust_level = "trusted"
`,
  }),
};

const QUIET = { privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false } };

/** Gemini and its fork take it for a file, and give the file's text beside it. */
const blankBeforeAt = (text: string) => text.replace(/^@/gmu, ' @');

const gemini: Recipe = {
  profile: 'gemini',
  folder: 'gemini',
  alter: blankBeforeAt,
  tool: (command) => ({ name: 'run_shell_command', input: { command, description: 'Make a file' } }),
  env: ({ modelUrl }) => ({ GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: modelUrl }),
  files: () => ({
    '.gemini/settings.json': {
      ...QUIET,
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    },
  }),
};

const qwen: Recipe = {
  profile: 'qwen',
  folder: 'qwen',
  alter: blankBeforeAt,
  tool: (command) => ({
    name: 'run_shell_command',
    input: { command, description: 'Make a file', is_background: false },
  }),
  needsNewNode: true,
  env: ({ modelUrl }) => ({
    OPENAI_API_KEY: 'dummy',
    OPENAI_BASE_URL: `${modelUrl}/v1`,
    OPENAI_MODEL: 'mock-model',
  }),
  files: () => ({
    '.qwen/settings.json': {
      ...QUIET,
      security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, disableAutoUpdate: true },
    },
  }),
};

const opencode: Recipe = {
  profile: 'opencode',
  folder: 'opencode',
  // A blank behind what was pasted.
  frame: /^(?<text>.*) $/su,
  tool: (command) => ({ name: 'bash', input: { command, description: 'Make a file' } }),
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1' }),
  files: ({ modelUrl }) => ({
    '.config/opencode/opencode.json': {
      ...{ autoupdate: false, share: 'disabled', model: 'mock/mock-model', small_model: 'mock/mock-model' },
      permission: { bash: 'ask' },
      provider: {
        mock: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Mock',
          options: { baseURL: `${modelUrl}/v1`, apiKey: 'dummy' },
          models: { 'mock-model': { name: 'Mock model', limit: { context: 200_000, output: 8_000 } } },
        },
      },
    },
  }),
};

const copilot: Recipe = {
  profile: 'copilot',
  folder: 'copilot',
  frame:
    /^<current_datetime>[\w:.+-]+<\/current_datetime>\n\n(?<text>.*?)(?:\n\n\n\n<tagged_files>\n\* [^\n]+\n<\/tagged_files>)?$/su,
  alter: blanksForTabs,
  tool: (command) => ({
    name: 'bash',
    input: { command, description: 'Make a file', mode: 'sync', initial_wait: 10 },
  }),
  env: ({ modelUrl }) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
    COPILOT_PROVIDER_API_KEY: 'dummy',
    COPILOT_MODEL: 'mock-model',
  }),
  files: ({ work }) => ({ '.copilot/config.json': { trusted_folders: [work] } }),
};

const pi: Recipe = {
  profile: 'pi',
  folder: 'pi',
  alter: blanksForTabs,
  needsNewNode: true,
  env: () => ({ PI_OFFLINE: '1', PI_TELEMETRY: '0' }),
  files: ({ modelUrl }) => ({
    '.pi/agent/models.json': {
      providers: {
        mock: {
          ...{ baseUrl: `${modelUrl}/v1`, api: 'openai-completions', apiKey: 'dummy' },
          models: [
            {
              ...{ id: 'mock-model', name: 'Mock model', reasoning: false, input: ['text'] },
              ...{ contextWindow: 200_000, maxTokens: 8_000 },
              cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
            },
          ],
        },
      },
    },
    '.pi/agent/settings.json': { defaultProvider: 'mock', defaultModel: 'mock-model' },
  }),
};

/** By the name that tests use. */
export const RECIPES = {
  'claude-2.1.330': claudeRecipe('2.1.330'),
  'claude-2.1.197': claudeRecipe('2.1.197'),
  ...{ codex, gemini, opencode, qwen, copilot, pi },
} satisfies Record<string, Recipe>;

export type RealCli = keyof typeof RECIPES;
