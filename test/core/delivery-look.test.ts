import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { type Parcel, seeRecipient } from '../../src/core/delivery-look.ts';
import type { Ground } from '../../src/core/ground.ts';
import type { Recording } from '../../src/model/recording.ts';
import { message } from '../helpers/message.ts';
import { judgeRecording, observe, readRecordings } from '../helpers/recordings.ts';

/** What was said in recorded conversations that led to a dialog. */
const SAID = /^ ?> (run the tests|fetch the page|write new\.txt)$/mu;
const asked = readRecordings().flatMap(([path, recording]) => {
  const said = SAID.exec(recording.text)?.[1];
  return recording.state === 'approval' && said !== undefined ? [{ path, recording, said }] : [];
});

/** How a recorded screen is seen while what was said is still on its way as a message of ours. */
function see(recording: Recording, said: string) {
  const { screen } = observe(recording);
  const inspection = { screen, verdict: judgeRecording(recording), dialog: null };
  const ground = { observer: () => ({ inspect: async () => inspection }) } as unknown as Ground;
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === recording.agent);
  // Its first words stand for the id, which is on the same row of the screen.
  const parcel = { message: message({ id: said.slice(0, 8) }), agent: { profile }, rendered: said };
  return seeRecipient(ground, parcel as unknown as Parcel);
}

describe('a message that led to a dialog at once', () => {
  it('was recorded, of several versions', () => {
    expect(new Set(asked.map(({ path }) => path.split('/')[0])).size).toBeGreaterThan(4);
  });

  it.each(asked)('stands in the conversation, not in a prompt: $path', async ({ recording, said }) => {
    expect(await see(recording, said)).toMatchObject({
      ...{ standing: 'hidden', state: 'approval', inConversation: true, showsEnd: true },
    });
  });
});
