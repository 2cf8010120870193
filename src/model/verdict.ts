import type { NativeSignal, Observation } from './observation.ts';
import { findAgentProcess, isShell, presenceOf } from './process.ts';
import type { Profile, SignalRuleSpec } from './profile.ts';
import { readRules, type ScreenReading } from './rule.ts';
import type { AgentState } from './state.ts';

/** One piece of evidence: which rule of which kind spoke for which state. Carries no text of the screen. */
export interface Evidence {
  kind: 'pane' | 'process' | 'native' | 'title' | 'screen' | 'time' | 'none';
  rule: string;
  state: AgentState;
}

/** The state read from one observation. `evidence[0]` decided; the others were heard and overruled. */
export interface Verdict {
  state: AgentState;
  evidence: Evidence[];
  /** What the screen says of when a usage limit ends. */
  resetText?: string;
  /** Colours are needed for a sure reading; until then the state is `unknown`. */
  needsColours?: true;
}

/** Ranks the evidence: pane and process, then the CLI's native signal, its title, its screen, and at last nothing: `unknown`. */
export function judge(observation: Observation, profile: Profile): Verdict {
  return judgePane(observation) ?? judgeProcess(observation, profile) ?? judgeSigns(observation, profile);
}

function judgePane({ dead, deadSignal, deadStatus }: Observation): Verdict | undefined {
  if (!dead) return undefined;
  const how = deadSignal === null ? `status-${deadStatus ?? 'unknown'}` : `signal-${deadSignal}`;
  return decided({ kind: 'pane', rule: `pane-dead-${how}`, state: 'dead' });
}

function judgeProcess(observation: Observation, profile: Profile): Verdict | undefined {
  const { processes, command } = observation;
  if (processes === undefined) {
    return isShell(command)
      ? decided({ kind: 'process', rule: 'command-is-shell', state: 'exited' })
      : undefined;
  }
  const agent = findAgentProcess(processes, [profile]);
  if (agent === undefined) {
    return isJustLaunched(observation)
      ? decided({ kind: 'process', rule: 'just-launched', state: 'starting' })
      : decided({ kind: 'process', rule: 'process-gone', state: 'exited' });
  }
  const presence = presenceOf(agent.node);
  if (presence === 'foreground') return undefined;
  return decided({ kind: 'process', rule: `process-${presence}`, state: 'suspended' });
}

/** Between our start and the CLI's own process stand `env` and perhaps an interpreter. Milliseconds. */
const LAUNCH_MS = 3_000;

function isJustLaunched({ launchAgeMs }: Observation): boolean {
  return launchAgeMs !== undefined && launchAgeMs < LAUNCH_MS;
}

function decided(evidence: Evidence): Verdict {
  return { state: evidence.state, evidence: [evidence] };
}

/** Weighs native signal, title and screen. A signal holds unless the screen shows something it cannot know. */
function judgeSigns(observation: Observation, profile: Profile): Verdict {
  const screen = readRules(observation.screen, profile);
  const native = observation.native && findSignal(nativeWords(observation.native), profile.native);
  const title = findSignal(observation.title, profile.titles);
  const signal = native ?? title;
  const kind = native === undefined ? 'title' : 'native';
  if (screen !== undefined && 'needsColours' in screen) {
    return { state: 'unknown', evidence: [nothing('colours-needed')], needsColours: true };
  }
  if (signal === undefined)
    return screen === undefined ? withoutSigns(observation, profile) : fromScreen(screen, []);
  const heard: Evidence = { kind, rule: signal.id, state: signal.state };
  if (screen === undefined) return signal.needsScreen ? withoutSigns(observation, profile) : decided(heard);
  if (screen.rule.state === signal.state || signal.yieldsTo.includes(screen.rule.state)) {
    return fromScreen(screen, [heard]);
  }
  return { state: signal.state, evidence: [heard, screenEvidence(screen)] };
}

type HeldRule = Extract<ScreenReading, { rule: unknown }>;

function fromScreen(reading: HeldRule, others: Evidence[]): Verdict {
  const verdict: Verdict = { state: reading.rule.state, evidence: [screenEvidence(reading), ...others] };
  if (reading.resetText !== undefined) verdict.resetText = reading.resetText;
  return verdict;
}

function screenEvidence({ rule }: HeldRule): Evidence {
  return { kind: 'screen', rule: rule.id, state: rule.state };
}

function findSignal(text: string, rules: readonly SignalRuleSpec[]): SignalRuleSpec | undefined {
  return rules.find((rule) => rule.match.test(text));
}

function nativeWords(native: NativeSignal): string {
  return native.detail === undefined ? native.status : `${native.status}: ${native.detail}`;
}

/** Nothing spoke: a CLI that has just started is still drawing, any other is not understood. */
function withoutSigns({ agentAgeMs, screen }: Observation, profile: Profile): Verdict {
  const young = agentAgeMs === undefined ? screen.rows.length === 0 : agentAgeMs < profile.startupMs;
  return young
    ? decided({ kind: 'time', rule: 'started-recently', state: 'starting' })
    : { state: 'unknown', evidence: [nothing('no-rule-matched')] };
}

function nothing(rule: string): Evidence {
  return { kind: 'none', rule, state: 'unknown' };
}
