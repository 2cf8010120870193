import { OrchestratorError } from '../../base/errors.ts';
import type { WorkerState } from '../../model/agent.ts';
import type { Liveness } from '../../model/liveness.ts';
import type { LoadedConfig } from '../../store/config-file.ts';
import type { Context } from '../context.ts';
import type { ServiceHost } from '../service/service-host.ts';

/** What a check found. */
export interface Finding {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  /** How to mend it; null where nothing is wrong. */
  remedy: string | null;
}

/** What checks look at. */
export interface Patient {
  context: Context;
  env: NodeJS.ProcessEnv;
  now: number;
  worker: WorkerState | undefined;
  liveness: Liveness;
  /** The configuration, or what is wrong with it. */
  loaded: LoadedConfig | OrchestratorError;
  /** The service, or why there can be none here. */
  service: Promise<ServiceHost | OrchestratorError>;
}

/** One check. `find` may throw an `OrchestratorError`, which is a finding too. */
export interface Check {
  name: string;
  find(patient: Patient): Outcome | Promise<Outcome>;
}

type Outcome = Omit<Finding, 'name'>;

export function ok(detail: string): Outcome {
  return { status: 'ok', detail, remedy: null };
}

export function warn(detail: string, remedy: string): Outcome {
  return { status: 'warn', detail, remedy };
}

export function fail(detail: string, remedy: string): Outcome {
  return { status: 'fail', detail, remedy };
}

export async function runCheck({ name, find }: Check, patient: Patient): Promise<Finding> {
  try {
    return { name, ...(await find(patient)) };
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    return { name, ...fail(error.message, error.hint ?? 'see the message') };
  }
}
