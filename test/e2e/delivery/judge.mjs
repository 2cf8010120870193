// What became of a message, by its receipt and by what the stand-in got.

const DELIVERED = ['submitted', 'answered'];
const NOT_DELIVERED = ['accepted', 'waiting', 'failed', 'expired', 'cancelled'];

export function textOf({ from, id, text }) {
  return `[from ${from.name} · ${id}]\n${text}`;
}

/** `exact`: submitted once, byte for byte, and its receipt says so. `honest`: the receipt claims no more and no less than is so. */
export function judge(message, log) {
  const got = log.filter((entry) => entry.text?.includes(message.id) && entry.event !== 'dialog');
  const { state } = message.receipt;
  const exact = got.length === 1 && got[0].text === textOf(message) && got[0].event === 'submit';
  if (exact && DELIVERED.includes(state)) return 'exact';
  if (got.length === 0 && NOT_DELIVERED.includes(state)) return 'honest';
  if (got.length <= 1 && state === 'uncertain') return 'honest';
  return 'wrong';
}

/** No dialog was answered by anything that was typed for a message. */
export function choseNothing(log) {
  return log.every((entry) => entry.event !== 'dialog' || entry.chose === null);
}

export function explain(message, log) {
  const { id, step, tries, receipt } = message;
  const got = log.map(({ event, text, chose, input }) => ({ event, text: text?.slice(0, 80), chose, input }));
  return JSON.stringify({ id, step, tries, receipt, got });
}
