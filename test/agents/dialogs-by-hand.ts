/** Options of a recorded dialog as a person reads them, the selected one behind `> `, then what approves and denies; null: none to choose. */
type ByHand = [options: string[], approve: number | null, deny: number | null] | null;

export const EXPECTED: Readonly<Record<string, ByHand>> = {
  // Claude Code
  'claude-1.0.100/permission-bash-120x40-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for similar commands in /home/rig/agents/claude/work/cl10100-120x40-tools",
      'No, and tell Claude what to do differently (esc)',
    ],
    1,
    3,
  ],
  'claude-1.0.100/trust-120x40-1.json': [['> Yes, proceed', 'No, exit'], null, 2],
  'claude-2.0.14/permission-write-80x24-1.json': [
    [
      '> Yes',
      'Yes, allow all edits during this session (shift+tab)',
      'No, and tell Claude what to do differently (esc)',
    ],
    1,
    3,
  ],
  'claude-2.1.19/question-single-80x24-1.json': [['> SQLite', 'Postgres', 'Type something.'], null, null],
  'claude-2.1.197/dialog-api-key-100x30-1.json': [['Yes', '> No (recommended)'], null, 2],
  'claude-2.1.197/dialog-bypass-permissions-100x30-1.json': [['> No, exit', 'Yes, I accept'], null, 1],
  'claude-2.1.197/onboarding-theme-100x30-1.json': [
    [
      'Auto (match terminal)',
      '> Dark mode ✔',
      'Light mode',
      'Dark mode (colorblind-friendly)',
      'Light mode (colorblind-friendly)',
      'Dark mode (ANSI colors only)',
      'Light mode (ANSI colors only)',
    ],
    null,
    null,
  ],
  'claude-2.1.197/plan-approval-100x30-2.json': [
    ['> Yes, and use auto mode', 'Yes, manually approve edits', 'Tell Claude what to change'],
    null,
    null,
  ],
  'claude-2.1.197/rewind-menu-100x30-1.json': null,
  'claude-2.1.330/dialog-mcp-server-80x24-1.json': [
    [
      'Use this MCP server',
      'Use this and all future MCP servers in this project',
      '> Continue without using this MCP server',
    ],
    null,
    3,
  ],
  'claude-2.1.330/onboarding-security-80x24-1.json': null,
  'claude-2.1.330/onboarding-theme-80x24-1.json': [
    [
      '> Auto (match terminal)',
      'Dark mode',
      'Light mode',
      'Dark mode (colorblind-friendly)',
      'Light mode (colorblind-friendly)',
      'Dark mode (ANSI colors only)',
      'Light mode (ANSI colors only)',
    ],
    null,
    null,
  ],
  'claude-2.1.330/permission-bash-60x20-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for npm test and rm -rf build commands in /home/rig/agents/claude/work/cl21330-60x20-tools",
      'Yes, and switch to auto mode · auto mode handles these prompts for you',
      'No',
    ],
    1,
    4,
  ],
  'claude-2.1.330/permission-write-60x20-1.json': [
    [
      '> Yes',
      'Yes, and switch to accept edits (auto-approve file edits and common file commands) for this session (shift+tab)',
      'No',
    ],
    1,
    3,
  ],
  'claude-2.1.330/plan-approval-60x20-1.json': [
    ['> Yes, and switch to default (ask each time) for this session', 'No'],
    null,
    null,
  ],
  'claude-2.1.330/question-multi-80x24-1.json': null,
  'claude-2.1.330/question-single-80x24-1.json': [
    ['> SQLite', 'Postgres', 'Type something.', 'Chat about this'],
    null,
    null,
  ],
  'claude-2.1.330/trust-200x50-1.json': [['> No, exit', 'Yes, I trust this folder'], null, 1],
  'claude-2.1.330/trust-200x50-2.json': [['No, exit', '> Yes, I trust this folder'], null, 1],

  // Codex
  'codex-0.29.0/permission-bash-60x20-1.json': [['> Yes', 'Always', 'No, provide feedback'], 1, 3],
  'codex-0.39.0/permission-write-60x20-1.json': [['> Yes', 'No, provide feedback'], 1, 2],
  'codex-0.45.0/permission-bash-60x20-1.json': [
    [
      '> Yes, proceed',
      "Yes, and don't ask again for this command",
      'No, and tell Codex what to do differently esc',
    ],
    1,
    3,
  ],
  'codex-0.80.0/trust-60x20-1.json': null,
  'codex-0.80.0/trust-120x40-1.json': [
    [
      '> Yes, allow Codex to work in this folder without asking for approval',
      'No, ask me to approve edits and commands',
    ],
    null,
    null,
  ],
  'codex-0.115.0/plan-approval-60x20-1.json': [
    ['> Yes, implement this plan', 'No, stay in Plan mode'],
    null,
    null,
  ],
  'codex-0.115.0/question-single-200x50-1.json': [
    ['> SQLite (Recommended)', 'Postgres', 'None of the above'],
    null,
    null,
  ],
  'codex-0.145.0/permission-bash-60x20-1.json': [
    [
      '> Yes, proceed (y)',
      "Yes, and don't ask again for commands that start with `npm test` (p)",
      'No, and tell Codex what to do differently (esc)',
    ],
    1,
    3,
  ],
  'codex-0.145.0/plan-approval-60x20-1.json': [
    ['> Yes, implement this plan', 'Yes, clear context and implement', 'No, stay in Plan mode'],
    null,
    null,
  ],
  'codex-0.145.0/trust-60x20-1.json': [['> Yes, continue', 'No, quit'], null, 2],
  'codex-0.169.0/hooks-review-120x40-1.json': [
    ['> Review hooks', 'Trust all and continue', "Continue without trusting (hooks won't run)"],
    null,
    3,
  ],
  'codex-0.169.0/permission-bash-80x24-1.json': [
    [
      '> Yes, proceed (y)',
      "Yes, and don't ask again for commands that start with `npm test` (p)",
      'No, and tell Codex what to do differently (esc)',
    ],
    1,
    3,
  ],
  'codex-0.169.0/trust-80x24-1.json': [['> Trust and continue', 'Back to Agent Command Center'], null, null],

  // Copilot
  'copilot-0.0.366/trust-60x20-1.json': [
    ['> Yes', 'Yes, and remember this folder for future sessions', 'No (Esc)'],
    1,
    3,
  ],
  'copilot-1.0.102/menu-model-60x20-1.json': null,
  'copilot-1.0.102/permission-bash-60x20-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for `npm test` and `rm` in this repo (/home/rig/work/cp-1_0_102-f)",
      'No, and tell Copilot what to do differently (Esc to stop)',
    ],
    1,
    3,
  ],
  'copilot-1.0.102/permission-bash-80x24-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for `python3` and `rm` in this repo (/home/rig/.../copilot-80x24-tools)",
      'No, and tell Copilot what to do differently (Esc to stop)',
    ],
    1,
    3,
  ],
  'copilot-1.0.102/permission-write-120x40-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for file operations when in this repo (/home/rig/work/cp-1_0_102-f)",
      'No, and tell Copilot what to do differently (Esc to stop)',
    ],
    1,
    3,
  ],
  'copilot-1.0.102/question-120x40-1.json': [
    ['> SQLite', 'Postgres', 'Other (type your answer)'],
    null,
    null,
  ],
  'copilot-1.0.102/trust-60x20-1.json': [
    ['> Yes', 'Yes, and remember this folder for future sessions', 'No (Esc)'],
    1,
    3,
  ],
  'copilot-1.0.32/permission-bash-60x20-1.json': [
    [
      '> Yes',
      'Yes, and approve `npm test` and `rm` for the rest of the running session',
      'No, and tell Copilot what to do differently (Esc to stop)',
    ],
    1,
    3,
  ],
  'copilot-1.0.32/question-120x40-1.json': [
    ['> SQLite (Recommended)', 'Postgres', 'MySQL', 'Other (type your answer)'],
    null,
    null,
  ],
  'copilot-1.0.70/permission-write-200x50-1.json': [
    [
      '> Yes',
      "Yes, and don't ask again for file operations when in this repo (/home/rig/work/cp-1_0_70-f)",
      'No, and tell Copilot what to do differently (Esc to stop)',
    ],
    1,
    3,
  ],
  'copilot-1.0.70/question-200x50-1.json': [
    ['> SQLite (Recommended)', 'Postgres', 'MySQL', 'Other (type your answer)'],
    null,
    null,
  ],
  'copilot-1.0.70/trust-200x50-1.json': [
    ['> Yes', 'Yes, and remember this folder for future sessions', 'No (Esc)'],
    1,
    3,
  ],

  // Gemini
  'gemini-0.1.22/dialog-auth-80x24-1.json': [
    ['Login with Google', '> Use Gemini API Key', 'Vertex AI'],
    null,
    null,
  ],
  'gemini-0.1.22/dialog-settings-80x24-1.json': null,
  'gemini-0.1.22/permission-bash-80x24-1.json': [
    ['> Yes, allow once', 'Yes, allow always ...', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'gemini-0.1.22/permission-write-80x24-1.json': [
    ['> Yes, allow once', 'Yes, allow always', 'Modify with external editor', 'No, suggest changes (esc)'],
    1,
    4,
  ],
  'gemini-0.10.0/busy-streaming-80x24-1.json': [
    ['> Keep loop detection enabled (esc)', 'Disable loop detection for this session'],
    null,
    null,
  ],
  'gemini-0.10.0/permission-long-80x24-1.json': [
    ['> Yes, allow once', 'Yes, allow always ...', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'gemini-0.10.0/start-dialog-80x24-1.json': [
    ['> Trust folder (my-gemini-0_10_0-80x24)', 'Trust parent folder (work)', "Don't trust"],
    null,
    3,
  ],
  'gemini-0.22.4/dialog-settings-100x30-1.json': null,
  'gemini-0.22.4/permission-bash-100x30-1.json': [
    ['> Allow once', 'Allow for this session', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'gemini-0.28.2/permission-long-100x30-1.json': [
    ['> Allow once', 'Allow for this session', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'gemini-0.28.2/question-multi-second-100x30-1.json': null,
  'gemini-0.28.2/question-single-100x30-1.json': null,
  'gemini-0.34.0/permission-fetch-80x24-1.json': [
    ['> Allow once', 'Allow for this session', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'gemini-0.34.0/question-single-80x24-1.json': [['> SQLite', 'Postgres'], null, null],
  'gemini-0.61.0/permission-write-200x50-1.json': [
    ['> Allow once', 'Allow for this session', 'Modify with external editor', 'No, suggest changes (esc)'],
    1,
    4,
  ],
  'gemini-0.61.0/question-single-60x20-1.json': [
    ['> SQLite', 'Postgres', 'Enter a custom value'],
    null,
    null,
  ],

  // Qwen Code
  'qwen-0.5.2/busy-streaming-80x24-1.json': [
    ['> Keep loop detection enabled (esc)', 'Disable loop detection for this session'],
    null,
    null,
  ],
  'qwen-0.5.2/dialog-auth-80x24-1.json': [['Qwen OAuth', '> OpenAI'], null, null],
  'qwen-0.5.2/permission-bash-80x24-1.json': [
    ['> Yes, allow once', 'Yes, allow always ...', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'qwen-0.15.10/dialog-auth-80x24-1.json': null,
  'qwen-0.15.10/dialog-settings-80x24-1.json': null,
  'qwen-0.15.10/permission-fetch-80x24-1.json': [
    [
      '> Yes, allow once',
      'Always allow fetch from example.com in this project',
      'Always allow fetch from example.com for this user',
      'No, suggest changes (esc)',
    ],
    1,
    4,
  ],
  'qwen-0.15.10/question-multi-second-80x24-1.json': null,
  'qwen-0.15.10/start-dialog-60x20-1.json': [
    ['> Trust folder (my-qwen-0_15_10-60x20)', 'Trust parent folder (work)', "Don't trust (esc)"],
    null,
    3,
  ],
  'qwen-0.21.2/permission-bash-120x40-1.json': [
    [
      '> Yes, allow once',
      "Always allow run 'python3 *' commands, run 'rm *' commands in this project",
      "Always allow run 'python3 *' commands, run 'rm *' commands for this user",
      'No, suggest changes (esc)',
    ],
    1,
    4,
  ],
  'qwen-0.24.4/permission-bash-80x24-1.json': [
    [
      '> Yes, allow once',
      "Always allow run 'python3 *' commands, run 'rm *' commands in this…",
      "Always allow run 'python3 *' commands, run 'rm *' commands for thi…",
      'No, suggest changes (esc)',
    ],
    1,
    4,
  ],
  'qwen-0.24.4/permission-write-60x20-1.json': [
    ['> Yes, allow once', 'Yes, allow always', 'No, suggest changes (esc)'],
    1,
    3,
  ],
  'qwen-0.24.4/question-single-80x24-1.json': [['> SQLite', 'Postgres', 'Type something...'], null, null],

  // opencode
  'opencode-1.14.41/permission-bash-120x40-1.json': [['> Allow once', 'Allow always', 'Reject'], 1, 3],
  'opencode-1.14.41/permission-write-100x30-1.json': [['> Allow once', 'Allow always', 'Reject'], 1, 3],
  'opencode-1.14.41/question-multi-120x40-1.json': [
    ['> SQLite', 'Postgres', 'Type your own answer'],
    null,
    null,
  ],
  'opencode-1.18.33/permission-bash-60x20-1.json': [['> Allow once', 'Allow always', 'Reject'], 1, 3],
  'opencode-1.18.33/permission-bash-80x24-1.json': [['> Allow once', 'Allow always', 'Reject'], 1, 3],
  'opencode-1.18.33/permission-bash-confirm-60x20-1.json': [['> Confirm', 'Cancel'], null, null],
  'opencode-1.18.33/permission-write-200x50-1.json': [['> Allow once', 'Allow always', 'Reject'], 1, 3],
  'opencode-1.18.33/question-multi-80x24-4.json': null,
  'opencode-1.18.33/question-single-200x50-1.json': [
    ['> SQLite', 'Postgres', 'Type your own answer'],
    null,
    null,
  ],
  'opencode-1.2.27/palette-session-80x24-1.json': null,
  'opencode-1.2.27/permission-bash-confirm-80x24-1.json': [['> Confirm', 'Cancel'], null, null],
  'opencode-1.2.27/question-typing-80x24-2.json': null,
  'opencode-1.2.27/session-list-80x24-1.json': null,

  // pi and its extensions
  'pi-0.30.2/dialog-login-80x24-1.json': [
    [
      '> Anthropic (Claude Pro/Max)',
      'GitHub Copilot',
      'Google Cloud Code Assist (Gemini CLI)',
      'Antigravity (Gemini 3, Claude, GPT-OSS)',
    ],
    null,
    null,
  ],
  'pi-0.30.2/dialog-settings-80x24-1.json': null,
  'pi-0.50.7/gate-confirm-80x24-1.json': [['> Yes', 'No'], null, null],
  'pi-0.50.7/gate-editor-80x24-1.json': null,
  'pi-0.50.7/gate-select-80x24-1.json': [['> Yes', 'No'], 1, 2],
  'pi-0.87.1/dialog-model-80x24-1.json': null,
  'pi-0.87.1/dialog-settings-80x24-1.json': null,
  'pi-0.87.1/gate-input-80x24-1.json': null,
  'pi-0.87.1/gate-select-60x20-1.json': [['> Yes', 'No'], 1, 2],
  'pi-0.87.1/nologin-80x24-1.json': null,
  'pi-0.87.1/trust-80x24-1.json': [
    [
      '> Trust',
      'Trust parent folder (/home/rig/agents/work)',
      'Trust (this session only)',
      'Do not trust',
      'Do not trust (this session only)',
    ],
    3,
    5,
  ],
};
