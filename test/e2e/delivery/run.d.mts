/** What came of the runs of one scenario. */
export interface Row {
  id: string;
  title: string;
  wants: 'exact' | 'honest';
  runs: number;
  exact: number;
  honest: number;
  wrong: number;
  times: number[];
  costs: { lines: number; commands: number }[];
  notes: string[];
}

export function runScenarios(options: {
  runs: number;
  only?: string[];
  onRow?: (row: Row) => void;
}): Promise<Row[]>;
export function runSenders(options: { senders: number; messages: number; agents: number }): Promise<Row>;
export function runKills(options: { rounds: number; onRound?: (round: number) => void }): Promise<Row>;
export function runServerKills(options: { rounds: number }): Promise<Row>;
