// What a task with work is made of, as the form has it.

import { ProblemError } from '../api.js';
import { number, text } from '../forms.js';
import { parseExactly } from '../json.js';

/** @param {HTMLFormElement} form @throws {ProblemError} if its input is no JSON */
export function readWork(form) {
  const maxAttempts = number(form, 'maxAttempts');
  return {
    type: form.elements.type.value, input: parse(form.elements.input.value), queue: text(form, 'queue'),
    retry: maxAttempts === undefined ? undefined : { maxAttempts }, attemptSeconds: number(form, 'attemptSeconds'),
  };
}

/** @param {string} json @param {string} [field] which it is in @throws {ProblemError} */
export function parse(json, field = 'input') {
  if (json.trim() === '') return undefined;
  try {
    return parseExactly(json);
  } catch (error) {
    const sentence = `is not JSON: ${error.message}`;
    throw new ProblemError({ title: `${field} ${sentence}`, errors: { [field]: [sentence] } });
  }
}
