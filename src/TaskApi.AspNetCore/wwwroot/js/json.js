// JSON as it was written: a number keeps the digits that a number of JavaScript has no room for, where the browser can do that.

/** Reads JSON. @throws {SyntaxError} */
export const parseExactly = (text) => JSON.parse(text, (key, value, context) => (
  typeof value === 'number' && context && JSON.rawJSON ? JSON.rawJSON(context.source) : value));

/** True for what is a single value, and no list or object. */
export const isPlain = (value) => value === null || typeof value !== 'object' || Boolean(JSON.isRawJSON?.(value));
