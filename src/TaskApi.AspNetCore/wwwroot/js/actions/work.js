// What a task with work is made of, as the form has it.

import { ProblemError } from '../api.js';
import { number, text } from '../forms.js';

/** @param {HTMLFormElement} form @throws {ProblemError} if its input is no JSON */
export function readWork(form) {
  const maxAttempts = number(form, 'maxAttempts');
  return {
    type: form.elements.type.value, input: parse(form.elements.input.value), queue: text(form, 'queue'),
    retry: maxAttempts === undefined ? undefined : { maxAttempts }, attemptSeconds: number(form, 'attemptSeconds'),
  };
}

function parse(json) {
  if (json.trim() === '') return undefined;
  try {
    return JSON.parse(json, asWritten);
  } catch (error) {
    const sentence = `is not JSON: ${error.message}`;
    throw new ProblemError({ title: `input ${sentence}`, errors: { input: [sentence] } });
  }
}

// A number keeps the digits that a number of JavaScript has no room for, where the browser can do that.
function asWritten(key, value, context) {
  return typeof value === 'number' && context && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}
