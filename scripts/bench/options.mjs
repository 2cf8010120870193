import { parseArgs } from 'node:util';

/**
 * The options of a script. A default that is a number or a list of them takes whole numbers from 0 on (lists with commas), `null` takes a
 * text, `false` nothing; words beside them are taken only where `words` names them all. What is wrong is said in one line, and ends with 2.
 */
export function readOptions(usage, defaults, words = []) {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: value === false ? 'boolean' : 'string' }]),
  );
  const read = () => {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals: words.length > 0,
    });
    if (values.help) return undefined;
    const unknown = positionals.find((word) => !words.includes(word));
    if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are: ${words.join(', ')}`);
    const given = Object.entries(values).map(([name, text]) => [name, readValue(name, text, defaults[name])]);
    return { ...defaults, ...Object.fromEntries(given), words: positionals };
  };
  try {
    const found = read();
    if (found !== undefined) return found;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`error: ${error.message}\n hint: see --help`);
    process.exit(2);
  }
}

function readValue(name, text, value) {
  if (Array.isArray(value)) return text.split(',').map((one) => readNumber(name, one));
  return typeof value === 'number' ? readNumber(name, text) : text;
}

function readNumber(name, text) {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${text} is no whole number`);
}
