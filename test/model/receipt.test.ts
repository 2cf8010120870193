import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECEIPT_STATES, type ReceiptState } from '../../src/model/message.ts';
import { firstReceipt, isOver, mayMove, moveReceipt, nextMessage } from '../../src/model/receipt.ts';
import { message } from '../helpers/message.ts';

const AT = '2026-11-23T02:00:00.000Z';
const LATER = '2026-11-23T02:00:01.000Z';

/** Every step that exists; all others must be refused. */
const STEPS = new Set([
  ...['accepted>waiting', 'accepted>delivering', 'accepted>failed', 'accepted>expired', 'accepted>cancelled'],
  ...['waiting>waiting', 'waiting>delivering', 'waiting>failed', 'waiting>expired', 'waiting>cancelled'],
  ...['delivering>waiting', 'delivering>delivering', 'delivering>submitted', 'delivering>failed'],
  ...['delivering>uncertain', 'submitted>submitted', 'submitted>answered'],
  ...['uncertain>uncertain', 'uncertain>submitted', 'uncertain>answered'],
]);

describe('a receipt', () => {
  const pairs = RECEIPT_STATES.flatMap((from) => RECEIPT_STATES.map((to) => [from, to] as const));

  it.each(pairs)('that is %s, moved to %s', (from, to) => {
    const receipt = { ...firstReceipt(AT), state: from };
    const allowed = STEPS.has(`${from}>${to}`);
    expect(mayMove(from, to)).toBe(allowed);
    if (allowed) expect(moveReceipt(receipt, to, LATER).state).toBe(to);
    else {
      expect(() => moveReceipt(receipt, to, LATER)).toThrow(
        expect.objectContaining({
          code: 'CONFLICT',
          message: `a message that is ${from} cannot become ${to}`,
        }),
      );
    }
  });

  it('tells since when it is in its state, and why', () => {
    const waiting = moveReceipt(firstReceipt(AT), 'waiting', LATER, { reason: 'busy', detail: 'it works' });
    expect(waiting).toEqual({ ...firstReceipt(LATER), state: 'waiting', reason: 'busy', detail: 'it works' });
    const other = moveReceipt(waiting, 'waiting', '2026-11-23T03:00:00.000Z', { reason: 'draft' });
    expect([other.at, other.reason, other.detail]).toEqual([LATER, 'draft', null]);
  });

  it('keeps the evidence of its submission when the answer comes', () => {
    const delivering = { ...firstReceipt(AT), state: 'delivering' as const };
    const submitted = moveReceipt(delivering, 'submitted', AT, { evidence: 'native' });
    const answered = moveReceipt(submitted, 'answered', LATER, {
      answer: { text: 'done', source: 'screen' },
    });
    expect(answered).toMatchObject({ state: 'answered', evidence: 'native', answer: { text: 'done' } });
  });

  it('is over when nothing more is done for it', () => {
    const over: ReceiptState[] = ['answered', 'failed', 'expired', 'cancelled', 'uncertain'];
    expect(RECEIPT_STATES.filter(isOver).sort()).toEqual(over.sort());
  });
});

describe('the next message', () => {
  it('is none where none waits', () => {
    expect(nextMessage([])).toBeUndefined();
  });

  it('is the word to go on, then the standing brief, then the most urgent, then the first', () => {
    const waiting = [
      message({ sequence: 7, priority: 'low', continues: true }),
      message({ sequence: 1, priority: 'low' }),
      message({ sequence: 2 }),
      message({ sequence: 5, priority: 'urgent' }),
      message({ sequence: 4, priority: 'urgent' }),
      message({ sequence: 3, priority: 'low', standing: true }),
      message({ sequence: 6 }),
    ];
    const order: number[] = [];
    for (let left = waiting; left.length > 0; ) {
      const next = nextMessage(left);
      order.push(next?.sequence ?? Number.NaN);
      left = left.filter((one) => one !== next);
    }
    expect(order).toEqual([7, 3, 4, 5, 2, 6, 1]);
  });

  it('never leaves behind an earlier one of the same sender and priority', () => {
    const priority = fc.constantFrom('urgent' as const, 'normal' as const, 'low' as const);
    const sender = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(priority, sender), { minLength: 1, maxLength: 20 }), (list) => {
        const waiting = list.map(([one, name], i) =>
          message({ priority: one, from: { kind: 'agent', name }, sequence: i }),
        );
        const next = nextMessage([...waiting].reverse());
        const earlier = waiting.filter(
          (one) =>
            one.from.name === next?.from.name &&
            one.priority === next.priority &&
            one.sequence < next.sequence,
        );
        expect(earlier).toEqual([]);
      }),
    );
  });
});
