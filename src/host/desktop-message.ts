import { execa } from 'execa';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { userEnvironment } from './user-environment.ts';

const TIME_LIMIT_MS = 5_000;
const TITLE = 'tmux-orchestrator';
const SCRIPT = [
  'on run words',
  'display notification (item 2 of words) with title (item 1 of words)',
  'end run',
];

/** Shows a line on the desktop. Throws `FAILED` where there is none. */
export async function showOnDesktop(
  text: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const [file, ...words] = composeDesktopCommand(text, platform);
  try {
    await execa(file, words, {
      env: userEnvironment(),
      extendEnv: false,
      stdin: 'ignore',
      timeout: TIME_LIMIT_MS,
      maxBuffer: 10_000,
    });
  } catch (error) {
    throw new OrchestratorError(
      'FAILED',
      `${file} failed: ${cleanLine(messageOf(error).split('\n')[0] ?? '')}`,
      {
        hint:
          platform === 'darwin'
            ? undefined
            : 'needs notify-send (package libnotify-bin) and a desktop session',
      },
    );
  }
}

/** The words travel as arguments of the script, never as part of it. notify-send reads `<b>` and `&amp;` in the text as markup. */
export function composeDesktopCommand(text: string, platform: NodeJS.Platform): [string, ...string[]] {
  const line = cleanLine(text, 500);
  if (platform === 'darwin') return ['osascript', ...SCRIPT.flatMap((one) => ['-e', one]), TITLE, line];
  const plain = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['notify-send', `--app-name=${TITLE}`, '--', TITLE, plain];
}
