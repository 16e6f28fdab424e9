// Forms that show the service's refusals beside the fields that they are about.

import { ProblemError } from './api.js';

/**
 * Calls 'act' when the form is sent. While that is under way the form can't be sent again, unless 'mayOverlap' says so.
 * @param {HTMLFormElement} form has an element .problem; a field's sentence goes to the element with data-error=name
 * @param {(form: HTMLFormElement) => Promise<void>} act
 * @param {() => boolean} [mayOverlap] whether what is sent now may be sent once more before it is answered
 */
export function onSend(form, act, mayOverlap = () => false) {
  // What was refused is about what stood there: as soon as that changes, it says nothing any more.
  form.addEventListener('input', () => clearProblem(form));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector('[type=submit]');
    if (button.getAttribute('aria-disabled') === 'true') return;
    const isAlone = !mayOverlap();
    if (isAlone) button.setAttribute('aria-disabled', 'true');
    clearProblem(form);
    try {
      await act(form);
    } catch (error) {
      showProblem(form, error);
    } finally {
      if (isAlone) button.removeAttribute('aria-disabled');
    }
  });
}

/** The service is there again: what says in a form that it can't be reached isn't true any more. */
export function clearUnreachable() {
  for (const form of document.querySelectorAll('form:has(.problem[data-unreachable])')) clearProblem(form);
}

export function clearProblem(form) {
  const problem = form.querySelector('.problem');
  problem.textContent = '';
  problem.removeAttribute('data-unreachable');
  for (const place of form.querySelectorAll('[data-error]')) place.textContent = '';
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
}

/** Shows why a call was refused. */
export function showProblem(form, error) {
  if (!(error instanceof ProblemError)) console.error(error);
  let shown = 0;
  for (const [path, sentences] of Object.entries(error.errors ?? {})) {
    const name = path.split('.').at(-1);
    const place = form.querySelector(`[data-error="${CSS.escape(name)}"]`);
    if (!place) continue;
    place.textContent = sentences.join(' ');
    form.elements[name]?.setAttribute('aria-invalid', 'true');
    if (shown++ === 0) form.elements[name]?.focus();
  }

  if (shown > 0) return;
  const problem = form.querySelector('.problem');
  problem.textContent = error.message;
  problem.toggleAttribute('data-unreachable', error.isUnreachable === true);
}

/** A field's number; undefined if it is empty. */
export function number(form, name) {
  const text = form.elements[name].value.trim();
  return text === '' ? undefined : Number(text);
}

/** A field's text; undefined if it is empty. */
export function text(form, name) {
  return form.elements[name].value || undefined;
}
