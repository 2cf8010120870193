import { describe, expect, it } from 'vitest';
import { readSeal, sealText } from '../../../src/host/service/seal.ts';

const UNIT = '[Unit]\nDescription=one\n\n[Service]\nType=exec\n';
const PLIST = '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict/>\n</plist>\n';

describe('the seal of a service file', () => {
  it.each([
    ['unit', UNIT],
    ['plist', PLIST],
  ] as const)('tells the version that wrote a %s and that nobody changed it since', (form, body) => {
    const sealed = sealText(body, { version: '1.2.3', form });
    expect(readSeal(sealed)).toEqual({ version: '1.2.3', intact: true });
  });

  it.each([
    ['a value', (text: string) => text.replace('Type=exec', 'Type=simple')],
    ['a line more', (text: string) => `${text}Nice=5\n`],
    ['a blank at an end of line', (text: string) => text.replace('one\n', 'one \n')],
    ['something before the seal', (text: string) => `# mine\n${text}`],
  ])('is broken by %s', (_, edit) => {
    const sealed = sealText(UNIT, { version: '1.2.3', form: 'unit' });
    expect(readSeal(edit(sealed))?.intact).toBe(false);
  });

  it('is not there in a file of somebody else', () => {
    expect(readSeal(UNIT)).toBeUndefined();
  });

  it('leaves the XML declaration in front and has no double hyphen in its comment', () => {
    const [first, second = ''] = sealText(PLIST, { version: '1.2.3', form: 'plist' }).split('\n');
    expect(first).toMatch(/^<\?xml /);
    expect(second.replace(/^<!--|-->$/g, '')).not.toContain('--');
  });
});
