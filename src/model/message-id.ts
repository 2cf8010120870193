/** Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`, so that an id read aloud or copied by hand stays what it is. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 10;

/** Ten characters, 50 bits. `random` gives so many random bytes: `randomBytes` of node:crypto. */
export function newMessageId(random: (size: number) => Uint8Array): string {
  return Array.from(random(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
