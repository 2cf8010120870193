import type { RestrictedField } from '../model/restricted-field.ts';

/**
 * A value of an untrusted file as a person must see it: nothing is left out, and what shows nothing or reorders text is spelt out. A command
 * that looks harmless and is not would else be trusted.
 */
export function showValue(value: RestrictedField['value']): string {
  if (typeof value === 'string') return spellOut(value);
  const words = Array.isArray(value) ? value : Object.entries(value).map(([name, one]) => `${name}=${one}`);
  return words.map((word) => quote(spellOut(word))).join(' ');
}

function spellOut(text: string): string {
  return text.replace(
    /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Words with blanks in them are told from two words. */
function quote(word: string): string {
  return /^[^\s"']+$/u.test(word) ? word : JSON.stringify(word);
}
