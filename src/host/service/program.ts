import { ExecaError, execa } from 'execa';

/** How a program of the system ended. */
export interface ProgramEnd {
  /** Undefined where it could not be started, was killed or took too long. */
  exitCode: number | undefined;
  stdout: string;
  /** Its last words, or ours for it: one line. */
  complaint: string;
  missing: boolean;
}

const OUTPUT_BYTES_MAX = 1024 * 1024;

/** Runs systemctl, launchctl, loginctl and their like to the end; never through a shell, never longer than the limit. */
export async function runProgram(
  words: readonly [string, ...string[]],
  timeLimitMs: number,
): Promise<ProgramEnd> {
  const [program, ...rest] = words;
  try {
    const { stdout, stderr } = await execa(program, rest, {
      stdin: 'ignore',
      timeout: timeLimitMs,
      forceKillAfterDelay: 500,
      maxBuffer: OUTPUT_BYTES_MAX,
      // What we compare and show to people must not be translated, coloured or paged.
      env: { LC_ALL: 'C.UTF-8', TZ: 'UTC', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', SYSTEMD_URLIFY: '0' },
    });
    return { exitCode: 0, stdout, complaint: firstLine(stderr), missing: false };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    return {
      exitCode: error.exitCode,
      stdout: String(error.stdout ?? ''),
      complaint: complain(error, program, timeLimitMs),
      missing: error.code === 'ENOENT' || error.code === 'EACCES',
    };
  }
}

function complain(error: ExecaError, program: string, timeLimitMs: number): string {
  if (error.timedOut) return `${program} did not answer within ${timeLimitMs / 1000} s`;
  return firstLine(String(error.stderr ?? '')) || error.shortMessage;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
