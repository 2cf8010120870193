const COLUMNS = [
  ['panes', (row) => String(row.panes)],
  ['painting', (row) => `${row.activityPercent} %`],
  ['worker CPU', (row) => `${row.workerCpuPercent.toFixed(2)} %`],
  ['tmux CPU', (row) => `${row.serverCpuPercent.toFixed(1)} %`],
  ['idle node', (row) => `${row.idleNodeCpuPercent.toFixed(2)} %`],
  ['looks/s', (row) => row.looksPerSecond.toFixed(0)],
  ['median', (row) => `${row.latencyMedianMs} ms`],
  ['p95', (row) => `${row.latencyP95Ms} ms`],
  ['missed', (row) => String(row.probesMissed)],
  ['RSS', (row) => `${row.rssMb.toFixed(0)} MB`],
  ['CPU/pane and tick', (row) => `${row.cpuUsPerPaneAndTick.toFixed(1)} us`],
  ['process a look', (row) => `${row.processCpuUsPerLook.toFixed(0)} us`],
  ['ratio', (row) => `${row.timesLessCpu.toFixed(0)}x`],
];

export function printTable(rows) {
  const cells = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, show]) => show(row)))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  for (const line of cells) console.log(line.map((cell, i) => cell.padStart(widths[i])).join('  '));
}
