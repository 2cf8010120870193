import { describeNotice, type Notice } from './notice.ts';

/** What webhooks and commands get, as JSON. */
export function composeDocument(notices: readonly Notice[]): string {
  const shown = notices.map(({ id, kind, agent, team, since, text, evidence, todo }) => ({
    ...{ id, kind, agent, team, since, text, evidence, todo },
  }));
  return JSON.stringify({ v: 1, notices: shown });
}

/** Slack's incoming webhooks: three characters mean something in a text, and would else make links and mentions. */
export function composeSlack(notices: readonly Notice[]): string {
  const text = notices.map((notice) => `• ${describeNotice(notice)}`).join('\n');
  return JSON.stringify({
    text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  });
}

/** For a status line or a bubble. */
export function composeLine(notices: readonly Notice[]): string {
  const [first, ...more] = notices;
  if (first === undefined) return '';
  return more.length === 0
    ? `${first.text}: ${first.todo}`
    : `${first.text}, and ${more.length} more: tmux-orchestrator notice list`;
}

/** One message with everything in it. */
export function composeLeadDigest(team: string, lines: readonly string[]): string {
  return [
    `Notices about your team ${team}. See to what you can; this message itself needs no answer.`,
    ...lines.map((line) => `- ${line}`),
  ].join('\n');
}

/** What the lead of an idle team is told, in full. */
export function composeIdleTeam(team: string, members: readonly string[], duration: string): string {
  return [
    `Your team ${team} has been idle for ${duration}: ${members.join(', ')}.`,
    'Look at your plan. If work is left, give it to them now; if something is in the way, say to the user what.',
    `If everything is done, say so and nobody asks again: tmux-orchestrator team done ${team}`,
  ].join('\n');
}
