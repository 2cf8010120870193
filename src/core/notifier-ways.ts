import { OrchestratorError } from '../base/errors.ts';
import { showOnDesktop } from '../host/desktop-message.ts';
import { runNoticeCommand } from '../host/notice-command.ts';
import { postWebhook } from '../host/webhook.ts';
import type { Sender } from '../model/message.ts';
import { describeNotice, type Notice } from '../model/notice.ts';
import { composeDocument, composeLeadDigest, composeLine, composeSlack } from '../model/notice-text.ts';
import type { NotifierConfig } from '../model/notifier.ts';
import { readSecretFile } from '../store/secret-file.ts';
import { showToClients } from '../tmux/client-message.ts';
import type { Ground } from './ground.ts';
import type { Way } from './notifiers.ts';

/** As whom we write to leads. */
export const SERVICE: Sender = { kind: 'service', name: 'tmux-orchestrator' };

export interface LeadMail {
  /** Null where the team has none that is there. */
  findLead(team: string): string | null;
  send(
    to: string,
    message: { text: string; priority: 'low'; idempotencyKey: string },
    from: Sender,
  ): Promise<unknown>;
}

interface Around {
  ground: Pick<Ground, 'clock' | 'server'>;
  uid: number;
  mail: LeadMail;
}

/** How this notifier reaches whom it tells. */
export function openWay(config: NotifierConfig, { ground, uid, mail }: Around): Way {
  switch (config.kind) {
    case 'lead':
      return (notices) => tellLeads(notices, mail);
    case 'tmux':
      return async (notices) => {
        await showToClients(ground.server(), composeLine(notices));
      };
    case 'desktop':
      return (notices) => showOnDesktop(composeLine(notices));
    case 'command':
      return (notices, signal) => runNoticeCommand(config.command, composeDocument(notices), signal);
    case 'webhook': {
      const { name, url, format, secretFile } = config;
      return async (notices, signal) => {
        const secret = secretFile === undefined ? undefined : readSecretFile(name, secretFile, uid);
        const body = format === 'slack' ? composeSlack(notices) : composeDocument(notices);
        await postWebhook({ url, body, secret, now: ground.clock.now(), signal });
      };
    }
  }
}

/** One message a team. What is about the lead itself, or for a person, is not its business. */
async function tellLeads(notices: readonly Notice[], mail: LeadMail): Promise<void> {
  const teams = new Set(notices.flatMap(({ team }) => (team === null ? [] : [team])));
  for (const team of teams) {
    const lead = mail.findLead(team);
    if (lead === null) continue;
    const own = notices.filter((one) => one.team === team && one.agent !== lead && one.kind !== 'team-idle');
    if (own.length === 0) continue;
    const idempotencyKey = `notices ${own.map(({ id }) => id).join(' ')}`.slice(0, 200);
    await mail.send(
      lead,
      { text: composeLeadDigest(team, own.map(describeNotice)), priority: 'low', idempotencyKey },
      SERVICE,
    );
  }
}

/** Throws `REFUSED` where a test could reach nobody. */
export function checkTestable(
  config: NotifierConfig | undefined,
  team: string | undefined,
  mail: LeadMail,
): void {
  if (config?.kind !== 'lead') return;
  if (team !== undefined && mail.findLead(team) !== null) return;
  throw new OrchestratorError(
    'REFUSED',
    `${team === undefined ? 'no team is named' : `team ${team} has no lead that is there`}`,
    {
      field: 'team',
      hint: `tmux-orchestrator notifier test ${config.name} --team TEAM, with a team that is up`,
    },
  );
}
