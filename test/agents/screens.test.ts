import { describe, expect, it } from 'vitest';
import { judgeRecording, readRecordings } from '../helpers/recordings.ts';

describe.each(readRecordings())('%s', (_path, recording) => {
  it(`reads as ${recording.state}`, () => {
    const verdict = judgeRecording(recording);
    expect(`${verdict.state} (${verdict.evidence[0]?.rule})`).toBe(
      `${recording.state} (${verdict.evidence[0]?.rule})`,
    );
  });
});
